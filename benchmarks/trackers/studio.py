"""Serves SynaDB's web page of a store, as its documentation does: a program, not a tracker."""

import sys

if __name__ == "__main__":
    import synadb

    path, port = sys.argv[1:]
    synadb.launch_studio(path, port=int(port))
