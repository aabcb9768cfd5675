"""SynaDB with its own setting that leaves syncs out: as durable as MLflow's file store."""

from inspect import signature
from pathlib import Path

from .base import Kind
from .synadb import SynaDB


class SynaDBUnsynced(SynaDB):
    """``SynaDB(path, sync_on_write=False)``, whose setting the experiments of that path share.

    It is opened before them and kept: whoever opens a path first decides for all.
    """

    kind = Kind.VARIANT
    display_name = "SynaDB unsynced"
    durability = "nothing is synced: a loss of power takes what was acknowledged"
    configuration = "SynaDB(path, sync_on_write=False)"
    quick_start = ""

    def __init__(self) -> None:
        super().__init__()
        if "sync_on_write" not in signature(self._synadb.SynaDB).parameters:
            raise NotImplementedError("this release of SynaDB cannot leave syncs out")

    def open(self, directory: Path) -> None:
        super().open(directory)
        self._database = self._synadb.SynaDB(self._path, sync_on_write=False)

    def close(self) -> None:
        super().close()
        self._database.close()
