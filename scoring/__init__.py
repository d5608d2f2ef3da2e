"""Transcript in, findings and scores out. Pure: no database, clock or network."""
