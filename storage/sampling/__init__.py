"""Plans, draws, and what is drawn from."""
