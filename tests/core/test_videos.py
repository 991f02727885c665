"""Videos by their content: real tables made here, and everything that only calls itself a video."""

import hashlib
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core.videos import MOST_PARTS, check_video
from tests.factories.interpretations import box, mp4, picture

MB = 2**20
DEMO = Path(__file__).parents[2] / "portal" / "demo" / "data" / "interpretations" / "service-firm-rent.mp4"


def element(name: str, *content: bytes, unknown: bool = False) -> bytes:
    inner = b"".join(content)
    length = b"\x01" + b"\xff" * 7 if unknown else (len(inner) | 1 << 56).to_bytes(8)
    return bytes.fromhex(name) + length + inner


def webm(codec: bytes = b"V_VP9", doctype: bytes = b"webm", unknown: bool = False, tracks: bool = True) -> bytes:
    track = element("1654AE6B", element("AE", element("86", codec)), element("AE", element("86", b"A_OPUS")))
    inside = element("1549A966", b"info"), track if tracks else b"", element("1F43B675", b"x" * 40)
    return element("1A45DFA3", element("4282", doctype)) + element("18538067", *inside, unknown=unknown)


def check(content: bytes, name: str = "a.mp4", max_bytes: int = MB) -> str:
    """The content type of what passes, the code of what does not."""
    file = SimpleUploadedFile(name, content)
    try:
        facts = check_video(file, max_bytes=max_bytes)
    except ValidationError as error:
        return str(error.code) if "%(" not in error.messages[0] else error.messages[0]
    assert file.tell() == 0
    assert (facts.size, facts.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    return facts.content_type


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("短片.mp4", mp4(), "video/mp4"),
        ("a.MP4", mp4(b"av01"), "video/mp4"),
        ("a.m4v", mp4(b"vp09"), "video/mp4"),
        ("a.mp4", mp4(extra=[box(b"free", bytes(9))]), "video/mp4"),
        ("a.mp4", mp4()[:-72] + b"\0\0\0\1mdat" + (80).to_bytes(8) + b"x" * 64, "video/mp4"),  # a long box
        ("a.mp4", mp4()[:-72] + b"\0\0\0\0mdat" + b"x" * 64, "video/mp4"),  # a box that goes on to the end
        ("a.webm", webm(), "video/webm"),
        ("a.webm", webm(b"V_VP8", unknown=True), "video/webm"),  # as recorders write
        ("a.webm", webm(b"V_AV1\0"), "video/webm"),
    ],
)
def test_videos_pass(name: str, content: bytes, kind: str) -> None:
    assert check(content, name) == kind


def test_the_demos_video_is_one() -> None:
    content = DEMO.read_bytes()
    assert check(content) == "video/mp4"
    assert len(content) < 150 * 1024
    assert check(content[:-1]) == "not_video"
    assert check(content, max_bytes=len(content) - 1) == "too_large"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.mp4", b"MZ\x90\x00" + bytes(400)),
        ("a.mp4", b"<!doctype html><script>alert(1)</script>"),
        ("a.mp4", picture().read()),
        ("a.mp4", webm()),  # the other kind under this name
        ("a.webm", mp4()),
        ("a.mp4", mp4()[:-5]),  # cut off
        ("a.mp4", mp4() + b"\0\0"),
        ("a.mp4", mp4() + box(b"x", b"")[:4]),
        ("a.mp4", box(b"ftyp", b"isom")),  # no table of contents
        ("a.mp4", box(b"ftyp", b"isom") + box(b"moov") + box(b"mdat")),  # an empty one
        ("a.mp4", mp4(handler=b"soun")),  # sound alone
        ("a.mp4", box(b"free") + mp4()),  # what it is comes first
        ("a.webm", webm(doctype=b"matroska")),
        ("a.webm", webm(tracks=False)),
        ("a.webm", webm()[:-3]),
        ("a.webm", b"\x1a\x45\xdf\xa3" + bytes(40)),
        ("a.webm", b"\x00" * 40),
    ],
)
def test_what_is_no_video_is_refused(name: str, content: bytes) -> None:
    assert check(content, name) == "not_video"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.mp4", mp4(b"hvc1"), "codec"),
        ("a.mp4", mp4(b"mp4v"), "codec"),
        ("a.webm", webm(b"V_MPEG4/ISO/AVC"), "codec"),
        ("a.mov", mp4(), "extension"),
        ("a", mp4(), "extension"),
        ("a.mp4", b"", "empty"),
        ("a.mp4", mp4(extra=[box(b"free", bytes(MB))]), "too_large"),
    ],
)
def test_and_what_not_everybody_could_play(name: str, content: bytes, code: str) -> None:
    assert check(content, name) == code


def test_the_message_names_the_kind() -> None:
    with pytest.raises(ValidationError, match="hvc1"):
        check_video(SimpleUploadedFile("a.mp4", mp4(b"hvc1")), max_bytes=MB)


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_damage_never_breaks_the_reader(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from([mp4(), webm()])))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=6)):
        content[place] = data.draw(st.integers(0, 255))
    for name in ("a.mp4", "a.webm"):
        assert check(bytes(content), name) in {"video/mp4", "video/webm", "not_video", "codec"}


def moov(*inside: bytes) -> bytes:
    return box(b"ftyp", b"isom", bytes(4)) + box(b"moov", *inside) + box(b"mdat", b"x" * 8)


def track(codec: bytes = b"avc1", handler: bytes = b"vide", entries: int = 1) -> bytes:
    sample = box(b"stsd", bytes(8), *[box(codec, bytes(8))] * entries)
    return box(b"trak", box(b"mdia", box(b"hdlr", bytes(8), handler), box(b"minf", box(b"stbl", sample))))


def nested(depth: int, name: bytes = b"trak") -> bytes:
    heads = (((depth - n) * 8).to_bytes(4) + name for n in range(depth))
    return b"".join(heads)


@pytest.mark.parametrize(
    ("content", "judged"),
    [
        (moov(track()), "video/mp4"),
        (moov(track(b"mp4a", b"soun"), track()), "video/mp4"),
        (moov(track(), track(b"hvc1")), "video/mp4"),  # one that everybody plays is enough
        (moov(track(b"text", b"text"), track(b"hvc1")), "codec"),
        (moov(track(b"encv")), "codec"),  # locked
        (moov(track(b"avc1", b"soun")), "not_video"),
        (moov(track(entries=0)), "not_video"),
        (moov(box(b"trak", box(b"mdia", box(b"hdlr")))), "not_video"),
        (moov(box(b"trak", box(b"mdia", box(b"hdlr", bytes(8), b"vide"), box(b"stsd", bytes(4))))), "not_video"),
        (moov(track()) + moov(track(b"hvc1")), "video/mp4"),
        (moov(b"\0\0\0\4free"), "not_video"),  # shorter than its own head
        (moov(b"\0\0\0\1free" + bytes(8)), "not_video"),
        (moov(b"\0\0\0\1free" + b"\xff" * 8), "not_video"),
        (moov(track() + b"\0\0\0\0free"), "video/mp4"),
        (moov(b"\x7f\xff\xff\xfftrak"), "not_video"),
        (moov(b"\0\0\0"), "not_video"),
    ],
    ids=range(16),
)
def test_tables_of_an_mp4(content: bytes, judged: str) -> None:
    assert check(content).split(" (")[0] == judged


def test_tables_in_tables_without_end() -> None:
    assert check(moov(nested(3_000)), max_bytes=MB) == "not_video"  # deeper than Python calls itself
    assert check(moov(nested(3_000, b"mdia"), track()), max_bytes=MB) == "video/mp4"


def test_more_tables_than_any_video_has() -> None:
    assert check(moov(box(b"free") * (MOST_PARTS + 1)), max_bytes=MB) == "not_video"
    many = box(b"trak", box(b"free") * (MOST_PARTS // 2))
    assert check(moov(many, track()), max_bytes=MB) == "video/mp4"
    assert check(moov(many, many, track()), max_bytes=MB) == "not_video"  # all of them count together


@pytest.mark.parametrize("end", range(4, len(mp4()), 9))
def test_an_mp4_that_breaks_off_anywhere(end: int) -> None:
    assert check(mp4()[:end]) == "not_video"


@pytest.mark.parametrize("end", range(1, len(webm()), 9))
def test_a_webm_that_breaks_off_anywhere(end: int) -> None:
    assert check(webm()[:end], "a.webm") == "not_video"


HEAD = element("1A45DFA3", element("4282", b"webm"))
VP9 = element("AE", element("86", b"V_VP9"))


@pytest.mark.parametrize(
    ("content", "judged"),
    [
        (HEAD + element("18538067", element("1654AE6B", VP9)), "video/webm"),
        (HEAD + element("18538067", element("1654AE6B", VP9, unknown=True), unknown=True), "video/webm"),
        (HEAD + element("18538067", element("EC", bytes(99)), element("1654AE6B", VP9)), "video/webm"),
        (HEAD + element("18538067", element("1654AE6B", VP9)) + element("EC", bytes(9)), "video/webm"),
        (element("EC") + HEAD + element("18538067", element("1654AE6B", VP9)), "not_video"),
        (HEAD + element("1654AE6B", VP9), "not_video"),
        (HEAD + element("18538067"), "not_video"),
        (element("18538067", element("1654AE6B", VP9)) + HEAD, "not_video"),
        (HEAD + element("18538067", element("1654AE6B")), "codec"),
        (HEAD + element("18538067", element("1654AE6B", element("AE"))), "codec"),
        (HEAD + element("18538067", element("1654AE6B", element("AE", element("86", b"A_OPUS")))), "codec"),
        (HEAD + element("18538067", element("1654AE6B", element("AE", b"\x86\xff"))), "codec"),  # of unknown length
        (HEAD + element("18538067", element("1654AE6B", element("AE", b"\x86"), VP9)), "not_video"),
        (HEAD + element("18538067", element("1654AE6B", element("AE", b"\x86\x7f\xfe"), VP9)), "not_video"),
        (HEAD + element("18538067", b"\x08" + bytes(20)), "not_video"),  # a name of five bytes
        (HEAD + element("18538067", b"\xec\x00" + bytes(20)), "not_video"),  # a length of nine
        (HEAD + element("18538067", element("EC") * (MOST_PARTS + 1)), "not_video"),
    ],
    ids=range(17),
)
def test_elements_of_a_webm(content: bytes, judged: str) -> None:
    assert check(content, "a.webm").split(" (")[0] == judged


def test_a_length_that_begins_behind_the_end_reads_nothing_more() -> None:
    """An element of unknown length whose own head reaches over the end: it is damaged, and nothing after it is told."""
    over = element("AE", b"\x86\x01\xff\xff")
    content = HEAD + element("18538067", element("1654AE6B", over), element("EC", b"\xff" * 5 + b"secret" * 1_000))
    assert check(content, "a.webm") == "not_video"


@pytest.mark.parametrize("codec", [b"<b>x", b"\xff\xfe\xff\xfe", b"\0\0\0\0", b"a\nb%"])
def test_odd_names_of_a_kind_are_told_as_text(codec: bytes) -> None:
    with pytest.raises(ValidationError) as refused:
        check_video(SimpleUploadedFile("a.mp4", moov(track(codec))), max_bytes=MB)
    assert refused.value.code == "codec"
    assert codec.decode("ascii", "replace") in refused.value.messages[0]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.mp4", "passwd.mp4"),
        ("C:\\films\\a.mp4", "a.mp4"),
        ("a\u202egpj.mp4", "agpj.mp4"),
        ("a.exe.mp4", "a.exe.mp4"),
        ("长" * 300 + ".mp4", "长" * 116 + ".mp4"),
        ("<script>.mp4", "_script_.mp4"),
    ],
)
def test_names_are_safe_to_show(name: str, kept: str) -> None:
    file = SimpleUploadedFile("a.mp4", mp4())
    file._name = name
    assert check_video(file, max_bytes=MB).name == kept


@pytest.mark.parametrize("name", ["", ".mp4", "mp4", "a.mp4.exe", "a.mp4 .exe", "a.avi", "a.mkv", "a.ogv", "a.html"])
def test_other_names_are_refused_before_anything_is_read(name: str) -> None:
    file = SimpleUploadedFile("a.mp4", b"")
    file._name = name
    with pytest.raises(ValidationError) as refused:
        check_video(file, max_bytes=MB)
    assert refused.value.code == "extension"
