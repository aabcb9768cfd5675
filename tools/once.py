"""``python -m tools.once REGEX``: run benchmarks once, on what is installed; save nothing."""

import sys
from tempfile import TemporaryDirectory

from asv.commands.run import Run
from asv.config import Config
from asv.console import log
from asv.util import UserError, load_json

MACHINE = "local"


def main() -> int:
    """Run the benchmarks that match; return asv's exit status."""
    regex = sys.argv[1] if len(sys.argv) == 2 else ""
    if not regex:
        print("Which benchmark? For example: make try BENCH=metrics.LogMetrics", file=sys.stderr)
        return 2
    log.enable()
    try:
        # asv lists the benchmarks in its results even if it saves none: they go elsewhere.
        with TemporaryDirectory() as results:
            changed = {"environment_type": "existing", "results_dir": results}
            conf = Config.from_json(load_json("asv.conf.json", js_comments=True) | changed)
            return Run.run(conf, bench=[regex], quick=True, show_stderr=True, machine=MACHINE) or 0
    except UserError as error:
        log.error(str(error))
        return 1
    finally:
        log.flush()


if __name__ == "__main__":
    sys.exit(main())
