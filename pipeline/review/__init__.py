"""Who hears which call, the form they fill in, and what they hand in."""
