"""One meaning in two scripts: forms of a text in which its usual spellings meet (search.md).

Only what is compared is folded, on both sides; stored text never is.
"""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii

# Rows of the Ethiopic block hold eight orders of one consonant; homophone rows are read as one.
_HOMOPHONES = {0x1210: 0x1200, 0x1280: 0x1200, 0x12B8: 0x1200, 0x1220: 0x1230, 0x12D0: 0x12A0, 0x1340: 0x1338}
_FIRST_AND_FOURTH_ALIKE = (0x1200, 0x12A0)
_PLAIN_OF_LABIALISED = {0x1248: 0x1240, 0x1288: 0x1200, 0x12B0: 0x12A8, 0x1310: 0x1308}
_WA_ROW, _U, _O = 0x12C8, 1, 6
_DIGITS, _TENS, _HUNDRED, _TEN_THOUSAND = "፩፪፫፬፭፮፯፰፱", "፲፳፴፵፶፷፸፹፺", "፻", "፼"

_MARKS = re.compile(r"['’‘ʼ`´]")
_SEPARATORS = re.compile(r"[\W_]+")
_DOUBLED = re.compile(r"([a-z])\1+")
_NUMBER = re.compile("[፩-፼]+")
_LENIENT = (
    (re.compile(r"\bh(?=[aeiou])"), ""),
    (re.compile(r"ph"), "f"),
    (re.compile(r"\bdj"), "j"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"c(?!h)|q"), "k"),
    (re.compile(r"uw(?=[aeiou])"), "w"),
    (re.compile(r"(?:[aeiou]|y(?![aeiou]))+"), "a"),
)


def _letters() -> dict[int, str]:
    folded: dict[int, str] = {}
    for row, plain in _HOMOPHONES.items():
        folded |= {row + order: chr(plain + order) for order in range(7)}
    for row, plain in _PLAIN_OF_LABIALISED.items():
        plain_u = chr(plain + _U)
        folded |= {
            row: chr(plain + _O),
            row + 2: plain_u + chr(_WA_ROW + 2),
            row + 3: plain_u + chr(_WA_ROW + 3),
            row + 4: plain_u + chr(_WA_ROW + 4),
            row + 5: plain_u,
        }
    for row in range(0x1200, 0x1358, 8):
        is_eighth_labialised = chr(row + 7).isalpha() and row not in {*_PLAIN_OF_LABIALISED, 0x12A0}
        if is_eighth_labialised:
            plain = _HOMOPHONES.get(row, row)
            folded[row + 7] = chr(plain + _U) + chr(_WA_ROW + 3)
    folded[0x12A7] = chr(0x12A0)
    for row in _FIRST_AND_FOURTH_ALIKE:
        folded[row + 3] = chr(row)
        folded |= {other + 3: chr(row) for other, plain in _HOMOPHONES.items() if plain == row}
    return folded


_LETTERS = _letters()


def fold(text: str) -> str:
    """The text in its own script: one case, no marks, homophones as one, words parted by one space."""
    parted = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in parted if not unicodedata.combining(letter))
    arabic = _NUMBER.sub(_in_arabic_digits, plain.casefold())
    words = _SEPARATORS.sub(" ", _MARKS.sub("", arabic.translate(_LETTERS)))
    return _DOUBLED.sub(r"\1", words).strip()


def latin(text: str) -> str:
    """The folded text in Latin letters, so that ኮሮላ and Korola meet."""
    folded = fold(text)
    return folded if folded.isascii() else fold(anyascii(folded))


def lenient(text: str) -> str:
    """The Latin form in which vowels count as one: Gonder is Gondar, Hawassa is Awasa, Corolla is Korola."""
    key = latin(text)
    for pattern, sound in _LENIENT:
        key = pattern.sub(sound, key)
    return _DOUBLED.sub(r"\1", key)


def _in_arabic_digits(run: re.Match[str]) -> str:
    total = below = 0
    for digit in run.group():
        if digit in _DIGITS:
            below += _DIGITS.index(digit) + 1
        elif digit in _TENS:
            below += 10 * (_TENS.index(digit) + 1)
        elif digit == _HUNDRED:
            below = max(below, 1) * 100
        else:
            total, below = (total + max(below, 1)) * 10_000, 0
    return str(total + below)
