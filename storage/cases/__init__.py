"""The case library as it is stored."""
