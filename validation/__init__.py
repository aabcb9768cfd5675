"""Proof that the suite sees what it should and nothing else: ``python -m validation``."""
