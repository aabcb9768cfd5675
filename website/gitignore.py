"""``html/.gitignore``: the published site ignores itself."""

from pathlib import Path

from asv.publishing import OutputPublisher


class Gitignore(OutputPublisher):
    """Write the tracked file again: ``asv publish`` empties the folder first."""

    name = "gitignore"

    @classmethod
    def publish(cls, conf, repo, benchmarks, graphs, revisions) -> None:
        Path(conf.html_dir, ".gitignore").write_text("*\n!.gitignore\n", "utf-8")
