"""Publishers: asv calls each of them once when it has written its own pages."""

from pathlib import Path

from asv.publishing import OutputPublisher


class Gitignore(OutputPublisher):
    """The site ignores itself. ``asv publish`` empties the folder, so this file is written anew."""

    name = "gitignore"

    @classmethod
    def publish(cls, conf, repo, benchmarks, graphs, revisions) -> None:
        Path(conf.html_dir, ".gitignore").write_text("*\n!.gitignore\n", "utf-8")
