"""Reasons to doubt what the machine made of a call, each a small function, and what a person's word would teach."""
