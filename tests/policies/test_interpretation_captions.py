"""WebVTT: good files are normalised, and of bad ones the line is named."""

from contextlib import suppress
from time import process_time

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.interpretation.captions import (
    LONGEST,
    MOST_CUES,
    PARAGRAPH_GAP,
    Cue,
    normalised,
    parse,
    transcript,
    written,
)
from policies.interpretation.forms import CaptionsFile

ONE = "00:01.000 --> 00:02.000\n"


def vtt(*blocks: str) -> str:
    return "\n\n".join(("WEBVTT", *blocks)) + "\n"


def told(text: str) -> str:
    with pytest.raises(ValidationError) as refused:
        normalised(text)
    return refused.value.messages[0]


@pytest.mark.parametrize("text", ["", "  \n\n "])
def test_nothing_stays_nothing(text: str) -> None:
    assert normalised(text) == ""


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (vtt(f"{ONE}你好"), "你好"),
        ("\ufeff" + vtt(f"{ONE}你好"), "你好"),  # the mark some editors put first
        (vtt(f"{ONE}你好").replace("\n", "\r\n"), "你好"),
        (vtt(f"{ONE}你好").replace("\n", "\r"), "你好"),
        ("WEBVTT - 字幕\nKind: captions\n\n" + ONE + "你好", "你好"),
        (vtt("NOTE by hand", "STYLE\n::cue{color:red}", "REGION\nid:a", f"{ONE}你好"), "你好"),
        (vtt(f"intro\n{ONE}你好"), "你好"),  # a name that nobody needs
        (vtt(f"{ONE}<b>Hi</b> <c.loud>you</c><00:01.500>"), "Hi you"),
        (vtt(f"{ONE}<script>alert(1)</script>"), "alert(1)"),
        (vtt(f"{ONE}<img src=x onerror=alert(1)>x"), "x"),
        (vtt(f"{ONE}a &lt; b &amp; c < d"), "a &lt; b &amp; c &lt; d"),
        (vtt(f"{ONE}one\n  two  three"), "one\ntwo three"),
        (vtt(f"{ONE}<v 主持人>你好</v>"), "<v 主持人>你好"),
    ],
)
def test_in_one_plain_form(text: str, plain: str) -> None:
    assert normalised(text) == f"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n{plain}\n"


@pytest.mark.parametrize(
    ("place", "kept"),
    [
        ("line:85% align:center", " line:85% align:center"),
        ("position:10%,line-left", " position:10%,line-left"),
        ("onclick:x region:a", ""),
        ("vertical:rl", " vertical:rl"),
    ],
)
def test_the_place_of_a_caption_is_kept(place: str, kept: str) -> None:
    timing = normalised(vtt(f"{ONE.strip()} {place}\nx")).splitlines()[2]
    assert timing == f"00:00:01.000 --> 00:00:02.000{kept}"


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        (f"{ONE}hi", 1, "begins with the word WEBVTT"),
        ("WEBVTTX\n", 1, "begins with the word"),
        ("1\n00:00:01,000 --> 00:00:02,000\nsrt", 1, "begins with the word"),
        (vtt(f"{ONE}ok", "00:03.000 -> 00:04.000\nx"), 6, "needs its times"),
        (vtt(f"{ONE}ok", "intro\nno times"), 6, "needs its times"),
        (vtt("00:00:01,000 --> 00:00:02,000\nx"), 3, "needs its times"),
        (vtt("00:61.000 --> 00:62.000\nx"), 3, "needs its times"),
        (vtt("alone"), 3, "needs its times"),
        (vtt("00:02.000 --> 00:01.000\nx"), 3, "ends before it begins"),
        (vtt("00:02.000 --> 00:02.000\nx"), 3, "ends before it begins"),
        (vtt("00:05.000 --> 00:06.000\na", f"{ONE}b"), 6, "begins before the one above"),
        (vtt("00:05.000 --> 00:06.000\na", f"name\n{ONE}b"), 7, "begins before the one above"),
        (vtt(f"{ONE}a\n00:03.000 --> 00:04.000\nb"), 5, "a blank line is missing"),
        (vtt(ONE), 3, "has no text"),
        (vtt(f"{ONE}<b></b>"), 3, "has no text"),
        (vtt(), 2, "there is no caption"),
    ],
)
def test_the_line_that_is_wrong_is_named(text: str, line: int, why: str) -> None:
    message = told(text)
    assert message.startswith(f"Line {line}: ")
    assert why in message


def test_too_much_is_refused() -> None:
    assert "at most 200,000" in told("WEBVTT" + "x" * LONGEST)
    cue = ONE + "x\n\n"
    assert f"more than {MOST_CUES:,} captions" in told("WEBVTT\n\n" + cue * (MOST_CUES + 1))


def test_the_transcript_has_a_paragraph_for_each_pause_and_speaker() -> None:
    text = vtt(
        "00:00.000 --> 00:02.000\n虹口区的",
        "00:02.100 --> 00:04.000\n企业。",
        "00:06.500 --> 00:08.000\n<v 陈静>有补贴吗？",
        "00:08.100 --> 00:09.000\n<v 冯涛>有。",
        "00:09.100 --> 00:10.000\n<v Emma>Up to",
        "00:10.000 --> 00:11.000\n<v Emma>20%.",
    )
    assert transcript(text) == "虹口区的企业。\n\n陈静：有补贴吗？\n\n冯涛：有。\n\nEmma: Up to 20%."


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(alphabet="ab政<>&;/-v \n", min_size=1), min_size=1, max_size=5))
def test_what_is_normal_stays_as_it_is(texts: list[str]) -> None:
    source = vtt(*(f"00:0{n}.000 --> 00:0{n}.500\n{text}" for n, text in enumerate(texts)))
    try:
        once = normalised(source)
    except ValidationError:
        return
    assert normalised(once) == once
    assert len(parse(once)) == len(parse(source))


class TestNothingIsLost:
    """What a browser would show, or the line is named: no caption falls away without a word."""

    @pytest.mark.parametrize(
        "header",
        ["WEBVTT", "WEBVTT\nKind: captions", "WEBVTT\tby hand", "WEBVTT\nintro", "WEBVTT 00:00.000 --> 00:01.000\n"],
    )
    def test_times_right_under_the_header(self, header: str) -> None:
        assert [cue.lines for cue in parse(f"{header}\n{ONE}first\n\n00:03.000 --> 00:04.000\nsecond")] == [
            (("", "first"),),
            (("", "second"),),
        ]

    @pytest.mark.parametrize("aside", ["NOTE by hand", "NOTE", "STYLE", "REGION", "NOTE one\nand two"])
    def test_times_right_under_an_aside(self, aside: str) -> None:
        place = 4 + aside.count("\n")
        assert told(vtt(f"{aside}\n{ONE}lost")).startswith(f"Line {place}: a blank line is missing")

    def test_words_that_only_begin_like_an_aside_are_names(self) -> None:
        assert normalised(vtt(f"NOTES\n{ONE}x")).endswith("\nx\n")

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("<v 甲>有补贴吗？</v><v 乙>有。", (("甲", "有补贴吗？"), ("乙", "有。"))),
            ("before <v A>one", (("", "before"), ("A", "one"))),
            ("<v A></v><v B>two", (("B", "two"),)),
            ("<v.loud.near A B>one</v>", (("A B", "one"),)),
            ("<v>one", (("", "one"),)),
            ("<v A &amp; B>one", (("A & B", "one"),)),
            ("<v A<b>>one</b>", (("", "<v A>one"),)),
        ],
    )
    def test_everybody_who_speaks_in_a_line(self, line: str, said: tuple[tuple[str, str], ...]) -> None:
        (cue,) = parse(vtt(ONE + line))
        assert cue.lines == said
        assert parse(written([cue]))[0].lines == said

    def test_and_the_transcript_gives_each_their_own(self) -> None:
        text = vtt(f"{ONE}<v 甲>有补贴吗？</v><v 乙>有。</v>")
        assert transcript(text) == "甲：有补贴吗？\n\n乙：有。"


class TestOddFiles:
    @pytest.mark.parametrize(
        ("times", "written_as"),
        [
            ("00:00.000 --> 59:59.999", "00:00:00.000 --> 00:59:59.999"),
            ("00:00:00.000-->00:00.001", "00:00:00.000 --> 00:00:00.001"),
            ("\t00:01.000\t-->\t00:02.000\t", "00:00:01.000 --> 00:00:02.000"),
            ("100:00:00.000 --> 9999:00:00.000", "100:00:00.000 --> 9999:00:00.000"),
            ("00:01.000 --> 00:02.000 --> 00:03.000", "00:00:01.000 --> 00:00:02.000"),
            ("00:01.000 --> 00:02.000 line:0 line:0", "00:00:01.000 --> 00:00:02.000 line:0 line:0"),
        ],
    )
    def test_times_in_one_form(self, times: str, written_as: str) -> None:
        assert normalised(vtt(f"{times}\nx")).splitlines()[2] == written_as

    @pytest.mark.parametrize(
        "times",
        [
            "0:01.000 --> 00:02.000",
            "1:00:01.000 --> 01:00:02.000",
            "00:01 --> 00:02",
            "00:01.0000 --> 00:02.000",
            "-00:01.000 --> 00:02.000",
            "00:01.000 --> 00:02.000x",
            "00:01.000 --> ",
            "--> 00:02.000",
            "٠٠:٠١.٠٠٠ --> ٠٠:٠٢.٠٠٠",  # digits that browsers do not read
            "9" * 6_000 + ":00:01.000 --> 00:00:02.000",  # more digits than a number may be read from
            "00:00:01.000 --> " + "9" * 6_000 + ":00:02.000",
        ],
        ids=range(11),
    )
    def test_times_that_are_none(self, times: str) -> None:
        assert told(vtt(f"{times}\nx")).startswith("Line 3: a caption needs its times")

    @pytest.mark.parametrize(
        "line",
        [
            "<" + "a" * 100_000,
            "<v" + " " * 100_000,
            "<v " * 60_000,
            "<a " * 60_000,
            "</" * 90_000,
            "<1" + ":" * 100_000,
            "<v." + "a" * 100_000,
            "&" * 30_000,
        ],
        ids=range(8),
    )
    def test_tags_that_never_close_are_read_once(self, line: str) -> None:
        before = process_time()
        assert parse(vtt(f"{ONE}x{line}"))
        assert process_time() - before < 1  # it was minutes

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("a\x00b", "a\ufffdb"),  # PostgreSQL has no such character; WebVTT says what takes its place
            ("&#0;", "\ufffd"),
            ("&#x110000;&#xd83d;", "\ufffd\ufffd"),
            ("&#0000000000000065;", "A"),
            pytest.param(f"&#{'9' * 6_000};x", "\ufffdx", id="a number that Python does not read"),
            ("&nbsp;x", "x"),
            ("--&gt;", "--&gt;"),
            ("&lt;v A&gt;x", "&lt;v A&gt;x"),
            ("&amp;lt;", "&amp;lt;"),
            ("I <3 you", "I &lt;3 you"),
            ("</c></c>x", "x"),
            ("<ruby>漢<rt>kan</rt></ruby>", "漢kan"),
            ("\u2028x\u2028", "x"),
        ],
    )
    def test_characters_with_a_meaning(self, typed: str, kept: str) -> None:
        once = normalised(vtt(ONE + typed))
        assert once.splitlines()[3] == kept
        assert normalised(once) == once

    @pytest.mark.parametrize("cues", [1, MOST_CUES])
    def test_as_many_as_there_may_be(self, cues: int) -> None:
        assert len(parse(vtt(*[f"{ONE}x"] * cues))) == cues

    def test_one_too_many_is_named_and_ten_thousand_are_not_even_read(self) -> None:
        assert told(vtt(*[f"{ONE}x"] * (MOST_CUES + 1))).startswith(f"Line {3 * MOST_CUES + 3}: there are more than")
        assert told(vtt(*[f"{ONE}x"] * 10_000)).startswith("Captions have at most")

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-8", "latin-1"])
    def test_a_file_with_odd_bytes_is_read_or_refused(self, encoding: str) -> None:
        file = SimpleUploadedFile("a.vtt", vtt(f"{ONE}caf\xe9\x00").encode(encoding))
        if encoding == "utf-8":
            assert "\x00" not in CaptionsFile().clean(file)
        else:
            with pytest.raises(ValidationError):
                CaptionsFile().clean(file)


class TestTranscript:
    @pytest.mark.parametrize(
        ("first", "second", "joined"),
        [
            ("one", "two", "one two"),
            ("一", "二", "一二"),
            ("一", "two", "一two"),
            ("one,", "二", "one,二"),
            ("<v A>one", "two", "A: one two"),
            ("<v A>one", "<v A>two", "A: one two"),
            ("<v A>one", "<v B>two", "A: one\n\nB: two"),
            ("one", "<v B>two", "one\n\nB: two"),
            ("one\ntwo", "three", "one two three"),
        ],
    )
    def test_glued_as_each_language_is(self, first: str, second: str, joined: str) -> None:
        assert transcript(vtt(ONE + first, f"00:02.000 --> 00:03.000\n{second}")) == joined

    @pytest.mark.parametrize(("milliseconds", "paragraphs"), [(PARAGRAPH_GAP - 1, 1), (PARAGRAPH_GAP, 2)])
    def test_how_long_a_pause_is(self, milliseconds: int, paragraphs: int) -> None:
        cues = [Cue(0, 1, "", (("", "a"),)), Cue(1 + milliseconds, 9_000, "", (("", "b"),))]
        assert len(transcript(written(cues)).split("\n\n")) == paragraphs


@settings(max_examples=25, deadline=None)
@given(st.text(alphabet="WEBVT\n\r NOTE0123:.->&<>/v政\x00\ufeff\u2028", max_size=120), st.booleans())
def test_whatever_is_sent_is_read_or_refused(text: str, begun: bool) -> None:
    with suppress(ValidationError):
        once = normalised(vtt("") + text if begun else text)
        assert "\x00" not in once
        assert normalised(once) == once
