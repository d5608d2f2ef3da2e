"""One value where a list may stand."""


def listed(value: object) -> object:
    """The value as a list of one; what is no text as it stands."""
    return [value] if isinstance(value, str) else value
