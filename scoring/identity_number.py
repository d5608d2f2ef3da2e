"""Numbers that carry a check digit: spoken by chance they would not come out right."""

from datetime import date

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""GB 11643-1999, of the first seventeen digits."""
CHECK = "10x98765432"
"""GB 11643-1999, by the sum modulo 11."""


def is_id_card(digits: str) -> bool:
    """Eighteen characters of which the last is right (`x` for ten) and the middle a date of birth."""
    return (
        has_birthday(digits)
        and CHECK[sum(w * int(d) for w, d in zip(WEIGHTS, digits[:17], strict=True)) % 11] == (digits[17])
    )


def has_birthday(digits: str) -> bool:
    """Whether characters 7 to 14 of an ID card number may be a date of birth."""
    try:
        born = date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return False
    return 1900 <= born.year < 2100


def is_luhn(digits: str) -> bool:
    """Luhn's check (ISO/IEC 7812-1), as bank cards have it."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0
