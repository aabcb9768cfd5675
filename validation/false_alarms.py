"""Do results of one release look like a regression, compared with each other or in a row?"""

from itertools import chain, permutations

from .comparison import worse
from .project import MACHINE, Project


def compared(project: Project, commits: list[str]) -> dict:
    """Compare each ordered pair of commits as if they were two releases."""
    pairs = list(permutations(commits, 2))
    found = [worse(project.directory, MACHINE, before, after) for before, after in pairs]
    return {"pairs": len(pairs), "worse": list(chain(*found))}


def published(project: Project) -> list[str]:
    """Publish the repeats as a history; return the series in which asv shows a regression."""
    return sorted(project.regressions())
