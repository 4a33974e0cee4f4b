"""Slips of the pen: the numbers that a printed number may have been before digits were swapped, added or lost.

No amount is below zero: what is printed so is another mistake, and no slip among digits explains it.
"""

from collections.abc import Iterator


def unswapped(printed: int, *, only_neighbours: bool) -> Iterator[int]:
    """The numbers that become `printed` when two of their digits change places; swaps of neighbours come first."""
    if printed < 0:
        return
    # A zero that came first by the swap is not printed: 1 045 with its first digits swapped reads 145.
    text = f"0{printed}"
    pairs = [(left, right) for left in range(len(text)) for right in range(left + 1, len(text))]
    for left, right in sorted(pairs, key=lambda pair: pair[1] - pair[0]):
        if only_neighbours and right - left > 1:
            return
        digits = list(text)
        digits[left], digits[right] = digits[right], digits[left]
        # What was printed before the swap had no zero in front: either the added zero is still first, or it is inside.
        before = "".join(digits).removeprefix("0") if left else "".join(digits)
        if digits != list(text) and not before.startswith("0"):
            yield int(before)


def with_a_digit_removed(printed: int) -> Iterator[int]:
    """The numbers that become `printed` when a digit is added to them."""
    text = str(max(printed, 0))
    yield from (int(text[:place] + text[place + 1 :]) for place in range(len(text)) if len(text) > 1)


def with_a_digit_inserted(printed: int) -> Iterator[int]:
    """The numbers that become `printed` when one of their digits is lost."""
    if printed < 0:
        return
    text = str(printed)
    for place in range(len(text) + 1):
        yield from (int(text[:place] + digit + text[place:]) for digit in "0123456789")
