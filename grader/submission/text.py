"""Bytes to text, as Python and editors read them; what is no text is refused with words to act on."""

from __future__ import annotations

import codecs
import re

from grader.submission.source import UnreadableError

_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
# PEP 263: a comment in line 1, or in line 2 after a blank line or another comment.
_COOKIE = re.compile(rb"(?:[ \t\f]*(?:#[^\r\n]*)?(?:\r\n?|\n))??[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-\w.]{1,40})")
# Codecs that only map characters; punycode, for one, takes a time that grows with the square of the length.
_CHARACTER_SETS = re.compile(
    r"utf-8|ascii|iso8859-\d+|cp\d+|mac-\w+|koi8-\w|gb\w+|big5\w*|shift_jis\w*|euc_\w+|tis-620|johab|iso2022_\w+"
    r"|hz|kz1048|ptcp154|hp-roman8"
)
_WEB_PAGE = "is a web page, not the file shown on it. Download the file itself (on GitHub: Raw)"
_NO_SOURCE = {
    b"pk\x03\x04": "is a zip file, or made like one. Unpack it and hand in the file inside",
    b"%pdf": "is a PDF. Hand in the .py or .ipynb file itself",
    b"{\\rtf": "is a formatted document. Save it as plain text (in TextEdit: Format, Make Plain Text)",
    b"<!doctype html": _WEB_PAGE,
    b"<html": _WEB_PAGE,
}


def decode(data: bytes) -> tuple[str, str]:
    """The text, its lines ended by a newline alone, and the name of its encoding.

    UTF-8 with or without a mark, UTF-16 with one, or what a coding cookie says.
    Raises UnreadableError for everything else.
    """
    mark = next(filter(data.startswith, _MARKS), b"")
    encoding = _MARKS[mark] if mark else _declared(data)
    data = data.removeprefix(mark)
    start = data[:200].lstrip().lower()
    for magic, problem in _NO_SOURCE.items():
        if start.startswith(magic):
            raise UnreadableError(problem)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start].replace(b"\r\n", b"\n")
        line = before.count(b"\n") + before.count(b"\r") + 1
        raise UnreadableError(
            f"can't be read as {encoding} text: see line {line}. Save it again with the encoding UTF-8"
        ) from error
    if "\0" in text:
        raise UnreadableError("holds NUL bytes, so it is no plain text. Save it again with the encoding UTF-8")
    return with_unix_lines(text), encoding


def with_unix_lines(text: str) -> str:
    """The same lines, ended as on Unix instead of Windows or an old Mac."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _declared(data: bytes) -> str:
    """The encoding that a coding cookie names; UTF-8 without one."""
    cookie = _COOKIE.match(data)
    name = cookie[1].decode("ascii", "replace") if cookie else "utf-8"
    try:
        encoding = codecs.lookup(_without_line_ends(name)).name.removesuffix("-sig")
    except LookupError:
        encoding = ""
    if not _CHARACTER_SETS.fullmatch(encoding):
        raise UnreadableError(f"names an encoding that is not known here: {name}. Save it again as UTF-8")
    return encoding


def _without_line_ends(name: str) -> str:
    """A cookie's name without what Emacs says in it of line ends, "utf-8-unix", as Python's tokenizer reads it."""
    plain = name.lower().replace("_", "-")
    for encoding in ("utf-8", "latin-1", "iso-8859-1", "iso-latin-1"):
        if plain == encoding or plain.startswith(f"{encoding}-"):
            return "utf-8" if encoding == "utf-8" else "latin-1"
    return name
