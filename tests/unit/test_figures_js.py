"""The site's scripts write figures as Python does, ties among them."""

import json
import subprocess
from itertools import product

from website import phrases
from website.pages import STATIC

TIES = [0.5, 1.5, 2.5, 11.25, 1994.5, 1995.5, 0.125, 1e6 + 0.5]
VALUES = [*TIES, 0.0, 1.0, 9.95, 12.34567, 999.5, 1234567.0, 3e-5]


def test_scripts_round_as_python_does() -> None:
    asked = [[value, digits] for value, digits in product(VALUES, (1, 2, 3))]
    script = (STATIC / "figures.js").read_text("utf-8") + (
        f"console.log(JSON.stringify({json.dumps(asked)}.map(function (one) {{"
        " return [figures.whole(one[0]), figures.rounded(one[0], one[1])]; })));"
    )
    out = subprocess.run(["node", "-e", script], check=True, stdout=subprocess.PIPE, text=True)
    for (value, digits), (whole, rounded) in zip(asked, json.loads(out.stdout), strict=True):
        assert whole == phrases.count(value), value
        assert rounded == float(f"{value:.{digits}g}"), (value, digits)
