"""Reviews, assignments and verdicts."""
