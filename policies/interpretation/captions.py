"""Captions in WebVTT: read line by line, the line that is wrong is named, and written anew in one plain form. Pure.

Cues keep their times, their place on the picture and who speaks; styles, regions, notes and scripts fall away.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_CUES = 2_000
LONGEST = 200_000  # characters of a caption file
LATIN_END = "\u2e7f"  # what comes after it is written without spaces
PARAGRAPH_GAP = 2_000  # milliseconds of silence that begin a new paragraph of the transcript
_TIME = r"(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMING = re.compile(rf"^\s*{_TIME}\s*-->\s*{_TIME}(?:\s+(.*))?$")
_SETTING = re.compile(r"(?:vertical:(?:rl|lr)|(?:line|position|size):-?\d{1,3}(?:\.\d+)?%?(?:,[\w-]+)?|align:\w+)$")
# Possessive: a line of a hundred thousand characters that opens a tag and never closes it is read once
_VOICE = re.compile(r"<v(?:\.[\w.]++)?\s++([^<>]*+)>")
_TAG = re.compile(r"</?(?:[a-z]++[\w.]*+(?:\s[^<>]*+)?)?>|<[\d:.]++>", re.IGNORECASE)
_ENDLESS = re.compile(r"&#[0-9]{20,};?")  # a character by a number longer than Python reads
_ASIDE = re.compile(r"(NOTE|STYLE|REGION)(\s|$)")


@dataclass(frozen=True, slots=True)
class Cue:
    """One caption. start, end: milliseconds. lines: (who speaks or "", plain text)."""

    start: int
    end: int
    settings: str
    lines: tuple[tuple[str, str], ...]


def normalised(text: str) -> str:
    """The captions in one plain form; ValidationError naming the line that is wrong. Nothing stays nothing."""
    return written(parse(text)) if text.strip() else ""


def parse(text: str) -> list[Cue]:
    """The cues in the order of time."""
    if len(text) > LONGEST:
        raise ValidationError(
            _("Captions have at most %(count)s characters."), params={"count": f"{LONGEST:,}"}, code="long"
        )
    plain = text.removeprefix("\ufeff").replace("\x00", "\ufffd").replace("\r\n", "\n").replace("\r", "\n")
    lines = plain.split("\n")
    if not re.match(r"WEBVTT(\s|$)", lines[0]):
        raise _wrong(1, _("a WebVTT file begins with the word WEBVTT"))
    cues: list[Cue] = []
    for number, block in _blocks(lines):
        if _ASIDE.match(block[0]):
            _no_times_in(number, block)
            continue
        cue = _cue(number, block)
        if cues and cue.start < cues[-1].start:
            raise _wrong(number + ("-->" not in block[0]), _("this caption begins before the one above it"))
        cues.append(cue)
        if len(cues) > MOST_CUES:
            raise _wrong(number, _("there are more than %(count)s captions") % {"count": f"{MOST_CUES:,}"})
    if not cues:
        raise _wrong(len(lines), _("there is no caption in it"))
    return cues


def written(cues: list[Cue]) -> str:
    """WebVTT as every browser reads it."""
    blocks = ["WEBVTT"]
    for cue in cues:
        said = [f"<v {_escaped(who)}>{_escaped(text)}" if who else _escaped(text) for who, text in cue.lines]
        timing = f"{_clock(cue.start)} --> {_clock(cue.end)} {cue.settings}".rstrip()
        blocks.append("\n".join([timing, *said]))
    return "\n\n".join(blocks) + "\n"


def transcript(text: str) -> str:
    """What is said, as paragraphs: a pause or another speaker begins a new one."""
    paragraphs: list[str] = []
    speaker, last_end = "", None
    for cue in parse(text):
        for who, said in cue.lines:
            if last_end is None or cue.start - last_end >= PARAGRAPH_GAP or (who and who != speaker):
                paragraphs.append(f"{who}{_colon(who)}{said}" if who else said)
            else:
                paragraphs[-1] += _glue(paragraphs[-1], said) + said
            speaker, last_end = who or speaker, cue.end
    return "\n\n".join(paragraphs)


def _colon(who: str) -> str:
    return "：" if who[-1:] > LATIN_END else ": "


def _glue(before: str, after: str) -> str:
    """Chinese runs on without a space."""
    return "" if before[-1:] > LATIN_END or after[:1] > LATIN_END else " "


def _blocks(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """(number of the first line, lines) of everything between blank lines, after the header; times end that as well."""
    ends = (n for n, line in enumerate(lines) if n and (not line.strip() or "-->" in line))
    start = next(ends, len(lines))
    block: list[str] = []
    for number, line in enumerate([*lines[start:], ""], start=start + 1):
        if line.strip():
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _cue(number: int, block: list[str]) -> Cue:
    if "-->" not in block[0] and "-->" in "".join(block[1:2]):  # a name of the cue, which nobody needs
        number, block = number + 1, block[1:]
    found = _TIMING.match(block[0]) if block else None
    if found is None:
        raise _wrong(number, _("a caption needs its times, such as 00:01.000 --> 00:04.500"))
    start, end = _milliseconds(*found.groups()[:4]), _milliseconds(*found.groups()[4:8])
    if end <= start:
        raise _wrong(number, _("this caption ends before it begins"))
    settings = " ".join(each for each in (found[9] or "").split() if _SETTING.match(each))
    _no_times_in(number + 1, block[1:])
    lines = tuple(said for line in block[1:] for said in _said(line) if said[1])
    if not lines:
        raise _wrong(number, _("this caption has no text"))
    return Cue(start, end, settings, lines)


def _no_times_in(number: int, lines: list[str]) -> None:
    """A caption that follows without a blank line would be lost without a word."""
    for place, line in enumerate(lines, start=number):
        if "-->" in line:
            raise _wrong(place, _("a blank line is missing before these times"))


def _said(line: str) -> Iterator[tuple[str, str]]:
    """(who, what) for each voice in a line."""
    who, start = "", 0
    for voice in _VOICE.finditer(line):
        yield who, _plain(line[start : voice.start()])
        who, start = _plain(voice[1]), voice.end()
    yield who, _plain(line[start:])


def _plain(text: str) -> str:
    return " ".join(unescape(_ENDLESS.sub("\ufffd", _TAG.sub("", text))).split())


def _escaped(text: str) -> str:
    """WebVTT knows these three; quotes stay as they are."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _milliseconds(hours: str | None, minutes: str, seconds: str, rest: str) -> int:
    return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(rest)


def _clock(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"


def _wrong(line: int, why: str) -> ValidationError:
    return ValidationError(_("Line %(line)s: %(why)s."), params={"line": line, "why": why}, code="captions")
