"""What is measured. asv imports this package inside each release's environment."""
