"""Versions and drafts of packs and scorecards, and what people said of rules."""
