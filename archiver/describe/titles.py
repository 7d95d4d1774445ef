"""Titles that a text bears: its first heading, or its first line when that reads like a title.

It judges by shape alone and prefers to find none: a file name in square brackets is better than a wrong title.
"""

from __future__ import annotations

import re

LONGEST_TITLE = 120
"""Characters."""

_READ = 64 * 1024
_LINES_TRIED = 15
_WRAPPED = 60

_FENCE = re.compile(r" {0,3}(?:```|~~~)")
_ATX = re.compile(r" {0,3}#{1,6}[ \t]+(.+)")  # CommonMark 0.31 section 4.2
_SETEXT = re.compile(r" {0,3}(?:=+|-+)[ \t]*")  # CommonMark 0.31 section 4.3
_RULE = re.compile(r"[\s\W_]*")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_MARKUP = re.compile(r"[*`]+|(?<!\w)_+|_+(?!\w)")

_DATE_WORD = re.compile(
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?|mon(?:day)?|tue(?:sday)?|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?|sat(?:urday)?|"
    r"sun(?:day)?|of|the|st|nd|rd|th|dated?|gmt|utc|am|pm|t|z"
)
_WORD = re.compile(r"[^\W\d_]+")
_FOREIGN_DATE = re.compile(r"\d{1,2}\.? [^\W\d_]{3,12}\.? \d{4}(?: [^\W\d_]{1,4}\.?)?")
_DIGITS = re.compile(r"\d")

# What saved web pages begin with: the page's furniture, not the document.
_FURNITURE = re.compile(
    r"(?:skip|jump) to |you are here|personal tools|navigation\b|menu\b|home\s*[/>»|]|search\b.{0,12}$|"
    r"log ?in\b|sign in\b|share (?:this|on)\b|print(?: this)?$|page \d+|from:|to:|subject:|date:|cc:",
    re.IGNORECASE,
)


def markdown_title(text: str) -> str | None:
    """Return the first heading of a Markdown text without its markup, or None."""
    previous, fenced = "", False
    for line in _body(text[:_READ].splitlines()):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            atx = _ATX.fullmatch(line[:1000])
            setext = previous.strip() if _SETEXT.fullmatch(line[:1000]) else ""
            title = _unmarked(re.sub(r"[ \t]+#+[ \t]*\Z", "", atx[1]) if atx else setext)
            if title and len(title) <= LONGEST_TITLE:
                return title
        previous = line
    return None


def first_line_title(text: str) -> str | None:
    """Return the first line of a plain text that reads like a title, or None.

    A line that is a date, a rule or a web page's furniture is passed over; running prose ends the search.
    """
    lines = [line.strip() for line in text[:_READ].splitlines()]
    written = [index for index, line in enumerate(lines) if line][:_LINES_TRIED]
    for index in written:
        line = " ".join(lines[index].split())
        following = lines[index + 1] if index + 1 < len(lines) else ""
        if _passed_over(line):
            continue
        return line if _reads_like_title(line, following) else None
    return None


def _passed_over(line: str) -> bool:
    short = line[:LONGEST_TITLE]
    return _RULE.fullmatch(short) is not None or is_date_line(short) or _FURNITURE.match(short) is not None


def _reads_like_title(line: str, following: str) -> bool:
    if len(line) > LONGEST_TITLE or line.endswith((",", ";", ":", "-", "\u2010", "\u2013")):
        return False
    # A long line with more text right below it is a paragraph broken by hand.
    return len(line) < _WRAPPED or not following or _RULE.fullmatch(following[:LONGEST_TITLE]) is not None


def is_date_line(line: str) -> bool:
    """Tell whether a line is a date and nothing else, in English words or in digits of any language."""
    words = [word.lower() for word in _WORD.findall(line)]
    if all(_DATE_WORD.fullmatch(word) for word in words):
        return bool(words or _DIGITS.search(line))
    # Another language's month: a day, one or two words, a year, and nothing more.
    return _FOREIGN_DATE.fullmatch(line) is not None


def _body(lines: list[str]) -> list[str]:
    """Drop a front matter block, which is no part of the text."""
    if lines and lines[0].rstrip() == "---":
        end = next((index for index, line in enumerate(lines[1:], 1) if line.rstrip() in {"---", "..."}), None)
        return lines[end + 1 :] if end else lines
    return lines


def _unmarked(heading: str) -> str:
    return " ".join(_MARKUP.sub("", _LINK.sub(r"\1", heading)).split())
