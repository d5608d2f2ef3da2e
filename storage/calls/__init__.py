"""Recordings, transcripts, scores, and lists of calls."""
