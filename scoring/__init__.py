"""Transcript in, findings and scores out. Pure: no database, clock or network."""

SCORER_VERSION = 6
"""Raised whenever the same pack would answer otherwise about the same transcript. 1 is before there were versions."""
