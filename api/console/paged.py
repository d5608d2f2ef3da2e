"""Addresses of a list's other pages."""

from urllib.parse import urlencode

from fastapi import Request


def next_address(request: Request, cursor: str | None) -> str | None:
    """This page's address at another cursor; None without one."""
    if cursor is None:
        return None
    kept = [(name, value) for name, value in request.query_params.items() if name not in {"cursor", "lang"} and value]
    return "?" + urlencode([*kept, *([("cursor", cursor)] if cursor else [])])
