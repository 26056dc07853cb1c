"""Bytes to text: every encoding that editors write, and words to act on for what is no text."""

from __future__ import annotations

import codecs
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.submission import Refused, Source, read
from grader.submission.source import UnreadableError
from grader.submission.text import decode, with_unix_lines

# The same cases each time, and no stopwatch: the machine may be busy.
steady = settings(max_examples=100, deadline=None, derandomize=True, database=None)

TEXT = "# Größe, α-helix\nx = 'é'\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8"),
        (TEXT.encode("utf-16"), "utf-16-le"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be"),
        (b"", "utf-8"),
    ],
)
def test_marks(data: bytes, encoding: str) -> None:
    assert decode(data) == (TEXT if data else "", encoding)


@pytest.mark.parametrize(
    ("cookie", "encoding", "text"),
    [
        ("# -*- coding: latin-1 -*-\n", "iso8859-1", "x = 'é'\n"),
        ("#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n", "cp1252", "x = '€'\n"),
        ("\n# coding: koi8-r\n", "koi8-r", "x = 'белок'\n"),
        ("# coding=gbk\n", "gbk", "x = '蛋白质'\n"),
        ("# coding: Shift_JIS\r\n", "shift_jis", "x = 'タンパク質'\n"),
        ("# coding: utf-8\n", "utf-8", TEXT),
        ("# -*- coding: utf-8-unix -*-\n", "utf-8", TEXT),
        ("# -*- coding: iso-latin-1 -*-\n", "iso8859-1", "x = 'é'\n"),
        ("# -*- coding: iso-latin-1-dos -*-\r\n", "iso8859-1", "x = 'é'\n"),
        ("# coding: tis-620\n", "tis-620", "x = 'โปรตีน'\n"),
        ("# coding: iso-2022-jp\n", "iso2022_jp", "x = 'タンパク質'\n"),
        ("# coding: utf8\n# coding: latin-1\n", "utf-8", TEXT),
        ("# coding: latin-1\n# coding: utf8\n", "iso8859-1", "x = 'é'\n"),
        ("x = 1\n# coding: latin-1\n", "utf-8", TEXT),
        ("'''\n\n# coding: latin-1\n'''", "utf-8", TEXT),
    ],
)
def test_coding_cookies(cookie: str, encoding: str, text: str) -> None:
    assert decode((cookie + text).encode(encoding)) == (with_unix_lines(cookie) + text, encoding)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_line_ends(end: str, encoding: str) -> None:
    assert decode(TEXT.replace("\n", end).encode(encoding))[0] == TEXT


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"x = 1\r\ny = '\xe9'\r\n", "can't be read as utf-8 text: see line 2. Save it again"),
        (b"\xff\xfea", "can't be read as utf-16-le text: see line 1"),
        (b"# coding: ascii\n\xc3\xa9", "can't be read as ascii text: see line 2"),
        (b"x = 1\0", "holds NUL bytes"),
        (TEXT.encode("utf-16-le"), "can't be read as utf-8"),
        ("x = 1\n".encode("utf-16-le"), "holds NUL bytes, so it is no plain text"),
        (b"\0" * 1000, "holds NUL bytes"),
        (b"\xff\xfe\0\0x\0\0\0", "holds NUL bytes"),
        (b"# coding: klingon\n", "names an encoding that is not known here: klingon"),
        (b"# coding: punycode\n", "names an encoding that is not known here: punycode"),
        (b"# coding: unicode_escape\n", "names an encoding that is not known here"),
        (b"# coding: rot13\n", "names an encoding that is not known here"),
        (b"# coding: aliases\n", "names an encoding that is not known here"),
        (b"PK\x03\x04\x14", "is a zip file, or made like one"),
        (b"%PDF-1.7\n", "is a PDF"),
        (b"{\\rtf1\\ansi x = 1}", "is a formatted document"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html>\n<html>", "is a web page"),
        (b"<HTML>", "is a web page"),
        (b"\x7fELF\x02\x01\x01\0", "holds NUL bytes"),
    ],
)
def test_what_is_no_text_is_refused_with_advice(tmp_path: Path, data: bytes, words: str) -> None:
    file = tmp_path / "mcc.py"
    file.write_bytes(data)
    answer = read(file, "ex3")
    assert isinstance(answer, Refused)
    assert answer.reason.startswith(f"'mcc.py' {words}")
    assert answer.reason.endswith(".")


def test_a_rare_encoding_is_said(tmp_path: Path) -> None:
    file = tmp_path / "mcc.py"
    file.write_bytes(TEXT.encode("utf-16"))
    assert read(file, "ex3") == Source("mcc.py", True, (TEXT,), {}, ("read 'mcc.py' as utf-16-le text",))


@steady
@given(st.binary() | st.binary().map(b"# coding: ".__add__))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    with suppress(UnreadableError):
        text, _ = decode(data)
        assert not {"\0", "\r"} & set(text)


@steady
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0<%{P")))
def test_any_text_survives_with_a_mark(text: str) -> None:
    assert decode(text.encode("utf-8-sig")) == (with_unix_lines(text), "utf-8")
    assert decode(codecs.BOM_UTF16_BE + text.encode("utf-16-be")) == (with_unix_lines(text), "utf-16-be")
