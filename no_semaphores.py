"""asv where there are no semaphores, as without a writable ``/dev/shm``.

asv makes a lock when it is imported and a pool of processes when it publishes; neither exists
there. Locks and a pool of threads do the same, on one core. Running this file installs it into the
environment that runs it, to be imported whenever that starts.
"""

import multiprocessing
import shutil
import sysconfig
import threading
from multiprocessing.context import BaseContext
from multiprocessing.pool import ThreadPool
from pathlib import Path

if __name__ == "__main__":
    packages = Path(sysconfig.get_path("purelib"))
    shutil.copy(__file__, packages)
    packages.joinpath("no_semaphores.pth").write_text("import no_semaphores\n")
else:
    multiprocessing.Lock = threading.Lock
    multiprocessing.Pool = ThreadPool
    BaseContext.Lock = lambda self: threading.Lock()  # the pool of threads asks for this one
