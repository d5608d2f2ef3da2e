"""The case library (案例库): made, suggested, found, carried into a class, and withdrawn when it no longer holds."""
