"""``python run_asv.py ...`` is ``asv ...``, also where there are no semaphores.

asv makes a lock and a pool of processes whatever it does, and neither exists without a writable
``/dev/shm``. Threads do there: asv then detects steps on one core.
"""

import multiprocessing
import sys
import threading
from multiprocessing.pool import ThreadPool

try:
    multiprocessing.Lock()
except OSError:
    multiprocessing.Lock = threading.Lock
    multiprocessing.Pool = ThreadPool

from asv.main import main

if __name__ == "__main__":
    sys.exit(main())
