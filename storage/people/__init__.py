"""Accounts, the roster, tokens, the audit log."""
