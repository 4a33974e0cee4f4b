"""Text from outside cannot command a terminal, turn the reading direction, break a line or fill a screen."""

import unicodedata

import pytest

from schemas.plain_text import harmless

# From Unicode's Bidi_Control property, written out here so that the module is not compared with itself.
BIDI_CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize(
    "text",
    [
        "Örnsköldsvik och Malå",
        "7\u00a0605\u202f166\u00a0kr − 12 %",
        "Övertorneå\u00adkommun (Matarengi) – ‘citat’ … 😀 👩‍🚒",
        "العربية עברית 漢字",
        "<script>alert(1)</script> | `x` [bold]",
        "",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Falun\x1b[2J", "Falun\ufffd[2J"),
        ("Falun\x9b2J", "Falun\ufffd2J"),
        ("\x1b]8;;http://x\x07Falun", "\ufffd]8;;http://x\ufffdFalun"),
        ("a\x00b\x7fc\x08d", "a\ufffdb\ufffdc\ufffdd"),
        ("Falun\nversion 9", "Falun version 9"),
        ("a\tb\rc\vd\fe\x85f\u2028g\u2029h", "a b c d e f g h"),
        ("Falun \u202e000 01\u202c kr", "Falun \ufffd000 01\ufffd kr"),
        ("a\udce5b", "a\ufffdb"),
    ],
)
def test_what_would_act_is_shown_instead(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_no_character_of_unicode_that_acts_comes_through() -> None:
    everything = "".join(map(chr, range(0x110000)))
    left = set(harmless(everything, longest=len(everything)))
    acts = {char for char in everything if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")} | set(BIDI_CONTROLS)
    assert not left & acts
    # And nothing else is touched.
    assert set(everything) - left == acts


@pytest.mark.parametrize("length", [499, 500])
def test_text_up_to_the_limit_is_whole(length: int) -> None:
    assert harmless("å" * length) == "å" * length


@pytest.mark.parametrize("length", [501, 10_000])
def test_longer_text_is_cut_and_says_so(length: int) -> None:
    assert harmless("å" * length) == "å" * 499 + "…"


def test_the_limit_is_the_callers() -> None:
    assert [harmless("Falun", longest) for longest in (1, 4, 5)] == ["…", "Fal…", "Falun"]


def test_what_was_written_into_utf_8_can_be_read_again() -> None:
    name = b"F\xe5lun.csv".decode("utf-8", "surrogateescape")
    assert harmless(name).encode().decode() == "F\ufffdlun.csv"


def test_harmless_text_is_harmless_again_unchanged() -> None:
    once = harmless("x\x1b[31m\n" * 400)
    assert harmless(once) == once
