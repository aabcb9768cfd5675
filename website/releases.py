"""``releases.html``: where the links to a commit lead (``show_commit_url``)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from asv.publishing import OutputPublisher
from asv.results import iter_results
from jinja2 import Environment, PackageLoader


@dataclass(frozen=True)
class Entry:
    """A release: its tag, commit hash, date of publication and the machines that measured it."""

    tag: str
    commit: str
    date: str
    machines: list[str]


class ReleasesPage(OutputPublisher):
    """One row for each release, newest first; asv's links use the full hash or its first digits."""

    name = "releases"

    @classmethod
    def publish(cls, conf, repo, benchmarks, graphs, revisions) -> None:
        machines = defaultdict(set)
        for result in iter_results(conf.results_dir):
            machines[result.commit_hash].add(result.params["machine"])
        tags = {commit: tag for tag, commit in repo.get_tags().items()}
        releases = [
            Entry(tags[commit], commit, _date(repo.get_date(commit)), sorted(machines[commit]))
            for commit in repo.get_branch_commits(conf.branches[0])
        ]
        environment = Environment(loader=PackageLoader("website"), autoescape=True)
        page = environment.get_template("releases.html").render(
            project=conf.project, hash_length=conf.hash_length, releases=releases
        )
        Path(conf.html_dir, "releases.html").write_text(page, "utf-8")


def _date(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc).date().isoformat()
