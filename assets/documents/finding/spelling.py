"""One form for a name however a document spells it: case, hyphens, footnote marks, broken and lost letters.

Knows text only; which recipients there are is for `names.py`.
"""

import re
import unicodedata
from typing import Final

# A letter that the document has lost; the reader of the file saw only that there was one.
LOST: Final = "?"

_LOST_LETTERS: Final = re.compile("[?\ufffd]")
# UTF-8 read as Windows-1252: å, ä and ö become Ã and another sign, a dash â and two.
_MISREAD: Final = re.compile("[ÃÂ].|â..", re.DOTALL)
_SUPERSCRIPTS: Final = re.compile("[¹²³⁰⁴-⁹]+[)⁾]?")
_MARKS_AT_END: Final = re.compile(
    r"(?:[\s.…_:;,*†‡]+|\[\d{1,2}\]|(?:\s+|(?<=\w))\d{1,2}\)|(?<=[^\W\d_])\d{1,2}|\s[a-z]\))$"
)
_MARKS_AT_START: Final = re.compile(r"^(?:[\s*†‡•·▪➤✓-]+|\d{1,3}[.)]\s)+")
_NO_LETTER: Final = re.compile(r"[\s/()‐-―−\u00ad\u200b-\u200d\u2060\ufeff-]+")
_ACCENTS: Final = str.maketrans("åäöéèü", "aaoeeu")
_SPLIT_AFTER: Final = ((re.compile(r"([aoAO])\s?¨"), "\\1\u0308"), (re.compile(r"([aA])\s?[˚°]"), "\\1\u030a"))
_SPLIT_BEFORE: Final = ((re.compile(r"¨\s?([aoAO])"), "\\1\u0308"), (re.compile(r"[˚°]\s?([aA])"), "\\1\u030a"))


def keys_of(text: str) -> tuple[str, ...]:
    """The forms under which a name may be looked up, most literal first; more than one only for split accents.

    Letters in lower case without spaces, hyphens and slashes; `LOST` where a letter is lost. Two names that differ
    in a letter have different keys.
    """
    text = _repaired(text)
    variants = [text]
    for split in (_SPLIT_AFTER, _SPLIT_BEFORE):
        joined = text
        for pattern, composed in split:
            joined = pattern.sub(composed, joined)
        if joined != text:
            variants.append(joined)
    return tuple(dict.fromkeys(_key(variant) for variant in variants))


def without_accents(key: str) -> str:
    """The key of a document that has lost all rings and dots."""
    return key.translate(_ACCENTS)


def pattern_of(key: str) -> re.Pattern[str]:
    """What a key with lost letters may stand for; one letter may have left two marks behind."""
    parts = re.split(f"([{LOST}]+)", key)
    pattern = "".join(
        f".{{{(len(part) + 1) // 2},{len(part)}}}" if part.startswith(LOST) else re.escape(part) for part in parts
    )
    return re.compile(pattern)


def _repaired(text: str) -> str:
    """Text whose bytes were read in the wrong code page, read again in the right one; at most twice wrong."""
    return _MISREAD.sub(_read_again, _MISREAD.sub(_read_again, text))


def _read_again(misread: re.Match[str]) -> str:
    try:
        return b"".join(_byte(character) for character in misread.group()).decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return misread.group()


def _byte(character: str) -> bytes:
    """The byte that Windows-1252 shows as `character`; its five gaps are shown as Latin-1 control characters."""
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return character.encode("latin-1")


def _key(text: str) -> str:
    # Superscripts go first: the compatibility form would make digits of them.
    text = unicodedata.normalize("NFKC", _SUPERSCRIPTS.sub("", text))
    text = _MARKS_AT_START.sub("", text.strip())
    while (shorter := _MARKS_AT_END.sub("", text)) != text:
        text = shorter
    return _LOST_LETTERS.sub(LOST, _NO_LETTER.sub("", text)).casefold()
