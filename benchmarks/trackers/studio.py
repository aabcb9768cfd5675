"""Serves SynaDB's web page of a store, as its documentation does: a program, not a tracker."""

import sys

if __name__ == "__main__":
    del sys.path[0]  # this folder, which has a synadb.py, too
    import synadb

    path, port = sys.argv[1:]
    synadb.launch_studio(path, port=int(port))
