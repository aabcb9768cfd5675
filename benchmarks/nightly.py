"""What takes minutes: it is measured with ``NIGHTLY=1`` in the environment, and skipped without."""

import os

ON = os.environ.get("NIGHTLY") == "1"


def require() -> None:
    """Raise NotImplementedError, which makes asv skip a benchmark, where it is not asked for."""
    if not ON:
        raise NotImplementedError("this takes minutes: it is measured with NIGHTLY=1")
