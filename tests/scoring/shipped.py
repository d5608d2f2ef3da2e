"""The shipped packs, read once: reading all of them takes seconds."""

from functools import cache

from scoring.pack import Pack, load_pack


@cache
def shipped_pack(name: str) -> Pack:
    return load_pack(name)
