"""asv's forkserver imports every module of the suite once and forks: so import the systems here.

The modules of the benchmarks themselves stay light, since start-up is measured too.
"""

from contextlib import suppress

from ..trackers import TRACKERS, create

for name in TRACKERS:
    with suppress(Exception):  # setup says why
        create(name)
