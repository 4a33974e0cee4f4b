"""Text from outside, made harmless for a line of a terminal, a log or a page: no controls, no turned direction.

This is about characters only; markup is escaped by whoever writes markup.
"""

from typing import Final

_STAND_IN: Final = "\ufffd"
_CUT: Final = "…"

_LINE_ENDS_AND_TABS: Final = "\t\n\v\f\r\x85\u2028\u2029"
# ESC and its kin start what a terminal obeys: C0, DEL and C1.
_CONTROLS: Final = (*range(0x20), *range(0x7F, 0xA0))
# Marks, embeddings, overrides and isolates that make text read in another order than it is written.
_DIRECTIONS: Final = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
# Half characters, as in a file name that is not UTF-8: they cannot be written to any output.
_SURROGATES: Final = range(0xD800, 0xE000)
_HARMLESS: Final[dict[int, str]] = {
    **dict.fromkeys((*_CONTROLS, *_DIRECTIONS, *_SURROGATES), _STAND_IN),
    **dict.fromkeys(map(ord, _LINE_ENDS_AND_TABS), " "),
}


def harmless(text: str, longest: int = 500) -> str:
    """`text` as one line of at most `longest` (≥ 1) characters that only shows itself.

    Line ends and tabs become spaces; other controls (C0, DEL, C1), direction marks and lone surrogates become `�`;
    what is too long ends in `…`. Everything else stays as it is: å, ä, ö, no-break spaces, scripts and emoji.
    """
    shown = text[: longest + 1].translate(_HARMLESS)
    return shown if len(shown) <= longest else shown[: longest - 1] + _CUT
