"""What `make` needs besides asv's own commands."""
