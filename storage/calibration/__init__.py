"""Calibration sessions, and the verdicts that agreement is counted from."""
