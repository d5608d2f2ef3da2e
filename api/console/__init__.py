"""Pages for people. They show what pipeline/browse.py gathers, and their every word is in wording/."""
