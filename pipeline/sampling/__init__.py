"""Sampling plans, their draws, and what the draws say about all calls."""
