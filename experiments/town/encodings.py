"""Which encoding a text file has: by its first bytes, by strict decoding, by known headings, by common characters."""

from __future__ import annotations

import codecs
from collections.abc import Callable

from sim.errors import InputError

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_NAMES = {"utf-8-sig": "UTF-8 with BOM", "utf-16": "UTF-16", "utf-8": "UTF-8", "gb18030": "GB18030 (GBK)"}
# Each with the lead bytes of its everyday characters: level 1 of GB 2312 and of Big5.
_CHINESE = {"gb18030": range(0xB0, 0xD8), "cp950": range(0xA4, 0xC7), "big5hkscs": range(0xA4, 0xC7)}
_CLEAR = 0.2  # by which the shares of everyday characters must differ before they decide


def decoded(raw: bytes, where: str, knows: Callable[[str], int], encoding: str | None = None) -> tuple[str, str]:
    """Text of a file and the encoding that it has.

    Parameters
    ----------
    raw : bytes
    where : str
        File, for errors.
    knows : callable
        How many known headings a text's first line has.
    encoding : str, optional
        Encoding to take instead of finding one.

    Raises
    ------
    InputError
        If no encoding fits, or two fit equally well.
    """
    if encoding is not None:
        return _as_asked(raw, where, encoding), encoding
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return _as_asked(raw, where, name), _NAMES[name]
    if raw.startswith(b"PK\x03\x04"):
        raise InputError(f"{where}: is an Excel workbook, whatever its name says; call it .xlsx")
    if b"\0" in raw:
        raise InputError(f"{where}: is not a text table; save it in Excel as 'CSV UTF-8' or as .xlsx")
    try:
        return raw.decode("utf-8"), _NAMES["utf-8"]
    except UnicodeDecodeError:
        return _chinese(raw, where, knows)


def _as_asked(raw: bytes, where: str, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except LookupError:
        raise InputError(f"{where}: unknown encoding {encoding!r}; such as utf-8, gb18030, big5") from None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError(f"{where}: row {line} cannot be read as {_NAMES.get(encoding, encoding)}") from None


def _chinese(raw: bytes, where: str, knows: Callable[[str], int]) -> tuple[str, str]:
    texts = {}
    for name in _CHINESE:
        try:
            texts[name] = raw.decode(name)
        except UnicodeDecodeError:
            continue
    if "cp950" in texts:
        texts.pop("big5hkscs", None)
    if not texts:
        raise InputError(
            f"{where}: is neither UTF-8 nor GB18030 (GBK) nor Big5; save it in Excel as 'CSV UTF-8', "
            "or say which with encoding= (--encoding)"
        )
    rated = sorted(((knows(words), _everyday(words, name), name) for name, words in texts.items()), reverse=True)
    if len(rated) > 1 and rated[0][0] == rated[1][0]:
        rated.sort(key=lambda one: -one[1])
        if rated[0][1] - rated[1][1] < _CLEAR:
            raise InputError(
                f"{where}: may be GB18030 (GBK) or Big5, which give different characters; save it in Excel as "
                f"'CSV UTF-8', or say encoding='gb18030' or 'big5' (--encoding gb18030 or big5)"
            )
    name = rated[0][2]
    return texts[name], _NAMES.get(name, "Big5")


def _everyday(words: str, name: str) -> float:
    """Share of the characters beyond ASCII that are everyday ones, or punctuation, in an encoding."""
    far = [sign for sign in words if sign > "\x7f"]
    leads = (sign.encode(name) for sign in far)
    everyday = sum(
        (len(lead) == 2 and lead[0] in _CHINESE[name]) or sign in "，。：；、（）％　"
        for lead, sign in zip(leads, far, strict=True)
    )
    return everyday / max(len(far), 1)
