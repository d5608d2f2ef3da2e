"""Accounts, the roster, signing in, tokens, the audit log, and who may see whose calls."""
