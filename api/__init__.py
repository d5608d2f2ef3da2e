"""The web: JSON routes and console pages, both calling the same pipeline functions."""
