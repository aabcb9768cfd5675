"""SynaDB through its Python API, with the setting that leaves out the syncs."""

from inspect import signature
from pathlib import Path

from .base import Kind
from .synadb import SynaDB

SETTING = "sync_on_write"


class SynaDBUnsynced(SynaDB):
    """``Experiment`` on a store that ``SynaDB(path, sync_on_write=False)`` has opened before.

    An experiment has no such setting. SynaDB keeps one open database for each path, with the
    setting of whoever opened it first: so the database is opened before the experiment and kept.
    Opened after it, it changes nothing. That is known from the syncs: traced on 1.4.0, a run of
    ten points, a parameter and an artifact has 24 without it, 24 with it opened after the
    experiment, and none with it opened before; ``counts`` shows them of each release. To close
    syncs once in all three.
    """

    kind = Kind.SETTING
    display_name = "SynaDB, unsynced"
    durability = (
        "nothing is synced before the store is closed, as with MLflow files: "
        "the two are the pair of equal durability"
    )
    configuration = """
        from synadb import SynaDB

        database = SynaDB("experiments.db", sync_on_write=False)
    """

    def __init__(self) -> None:
        super().__init__()
        if SETTING not in signature(self._synadb.SynaDB).parameters:
            raise NotImplementedError(f"this release's SynaDB has no {SETTING}")

    def open(self, directory: Path) -> None:
        super().open(directory)
        self._database = self._synadb.SynaDB(self._path, sync_on_write=False)

    def close(self) -> None:
        super().close()
        self._database.close()
