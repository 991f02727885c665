"""Uploads: real samples made here, and everything that only pretends to be one."""

import hashlib
import io
import re
import struct
import tracemalloc
import zipfile
import zlib
from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from portal.core.uploads import ACCEPT, CONTENT_TYPES, MAX_NAME, MIB, OOXML, Checked, check_upload, clean_name

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\nxref\ntrailer <<>>\nstartxref\n0\n%%EOF\n"
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200)
HTML = b"<!doctype html><script>alert(1)</script>"


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/octet-stream")


def picture(form: str, size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 80).convert("RGB").save(out, form)
    return out.getvalue()


def office(kind: str = "docx", extra: dict[str, bytes] | None = None, declared: str | None = None) -> bytes:
    main = declared if declared is not None else f"{CONTENT_TYPES[kind]}.main+xml"
    parts = {
        "[Content_Types].xml": f'<Types><Override PartName="/main.xml" ContentType="{main}"/></Types>'.encode(),
        "_rels/.rels": b"<Relationships/>",
        "main.xml": "<正文/>".encode(),
        **(extra or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def code_of(name: str, content: bytes, **options: int) -> str:
    with pytest.raises(ValidationError) as refused:
        check_upload(upload(name, content), **options)
    (message,) = refused.value.messages
    assert message
    assert "%(" not in message
    return str(refused.value.code)


def test_a_picture_of_a_few_pixels_is_one() -> None:
    assert check_upload(upload("a.jpg", picture("JPEG", (8, 3)))).kind == "jpg"


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("通知.pdf", PDF, "pdf"),
        ("报告.docx", office("docx"), "docx"),
        ("台账.XLSX", office("xlsx"), "xlsx"),
        ("汇报.pptx", office("pptx"), "pptx"),
        ("a.png", picture("PNG"), "png"),
        ("a.jpg", picture("JPEG"), "jpg"),
        ("a.JPEG", picture("JPEG"), "jpg"),
        ("a.webp", picture("WEBP"), "webp"),
        ("a.txt", "一段文字\r\n\t😀".encode(), "txt"),
        ("a.txt", b"\xef\xbb\xbftext", "txt"),
        ("a.csv", "名称,金额\n虹口,20\n".encode("gb18030"), "csv"),
        ("long.txt", "虹".encode() * 50_000, "txt"),  # characters cut by the chunks' ends
    ],
)
def test_good_files_pass(name, content, kind):
    file = upload(name, content)
    sha256 = hashlib.sha256(content).hexdigest()
    assert check_upload(file) == Checked(kind, CONTENT_TYPES[kind], name, len(content), sha256)
    assert file.read() == content, "the file is back at its beginning"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.pdf", HTML),
        ("setup.pdf", EXE),
        ("half.pdf", PDF[:30]),
        ("prefixed.pdf", HTML + PDF),
        ("picture.pdf", picture("PNG")),
        ("setup.docx", EXE),
        ("plain.docx", b"PK\x03\x04 and nothing more"),
        ("half.docx", office()[:-10]),
        ("page.docx", HTML),
        ("old.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("sheet.docx", office("xlsx")),
        ("unknown.xlsx", office("xlsx", declared="text/plain")),
        ("up.docx", office(extra={"../../evil": b"x"})),
        ("root.docx", office(extra={"/etc/evil": b"x"})),
        ("half.png", picture("PNG")[:-30]),
        ("half.jpg", picture("JPEG", (400, 300))[:3000]),
        ("page.png", HTML),
        ("jpeg.png", picture("JPEG")),
        ("png.jpg", picture("PNG")),
        ("page.webp", HTML),
        ("setup.txt", EXE),
        ("nul.csv", b"a,b\x00"),
        ("escape.txt", b"a\x08b"),
        ("wide.txt", "text".encode("utf-16")),
        ("neither.txt", b"\xff\xff\xff text"),
        ("half.txt", "虹口".encode()[:-1] + b""),
    ],
)
def test_content_that_is_not_what_the_extension_says(name, content):
    assert code_of(name, content) == "mismatch"


@pytest.mark.parametrize(
    "name",
    [
        "page.html",
        "a.svg",
        "a.docm",
        "a.xls",
        "a.zip",
        "a.exe",
        "a.pdf.exe",
        "noextension",
        ".pdf",
        "a.",
        "",
        "a.pdf\u202e.exe",
    ],
)
def test_other_extensions_are_refused(name):
    file = upload("x", PDF)
    file._name = name  # as a hostile client would send it, past Django's own cleaning
    with pytest.raises(ValidationError) as refused:
        check_upload(file)
    assert refused.value.code == "extension"
    assert "pdf, docx" in refused.value.messages[0]


def test_an_empty_file():
    assert code_of("a.txt", b"") == "empty"


def test_too_large():
    assert code_of("a.txt", b"x" * (MIB + 1), max_bytes=MIB) == "too_large"
    assert check_upload(upload("a.txt", b"x" * MIB), max_bytes=MIB).size == MIB


def test_sixty_megabytes_are_refused_without_being_read():
    with TemporaryUploadedFile("big.pdf", "application/pdf", 60 * MIB, None) as file:
        with pytest.raises(ValidationError, match="larger than 20 MB"):
            check_upload(file)
        assert file.tell() == 0


def test_a_size_that_lies_is_found_out_while_reading():
    file = upload("a.txt", b"x" * 5000)
    file.size = 10
    with pytest.raises(ValidationError) as refused:
        check_upload(file, max_bytes=1000)
    assert refused.value.code == "too_large"


def test_a_large_file_is_never_held_in_memory():
    with TemporaryUploadedFile("big.csv", "text/csv", 0, None) as file:
        for _ in range(8):
            file.write("名称,金额\n".encode() * 65_536)
        file.size = file.tell()
        tracemalloc.start()
        assert check_upload(file).size == 7 * MIB
        assert tracemalloc.get_traced_memory()[1] < 2 * MIB
        tracemalloc.stop()


def test_zip_bombs():
    assert code_of("sum.docx", office(extra={f"a{n}": bytes(26 * MIB) for n in range(8)})) == "bomb"
    assert code_of("ratio.docx", office(extra={"a": bytes(3 * MIB)})) == "bomb"
    assert code_of("entries.docx", office(extra={f"a{n}": b"x" for n in range(2000)})) == "bomb"


def test_a_directory_that_is_far_too_long_is_not_even_parsed():
    content = bytearray(office())
    end = content.rfind(b"PK\x05\x06")
    struct.pack_into("<L", content, end + 12, 2 * MIB)
    assert code_of("directory.docx", bytes(content)) == "bomb"
    sixty_four = office()[:end] + b"PK\x06\x07" + bytes(16) + office()[end:]
    assert code_of("zip64.docx", sixty_four) == "bomb"


def test_an_entry_that_unpacks_to_more_than_it_says():
    content = office(extra={"a": b"x" * 5000})
    size = struct.pack("<L", 5000)
    assert content.count(size) == 2
    assert code_of("lie.docx", content.replace(size, struct.pack("<L", 50))) == "mismatch"


def test_a_damaged_entry():
    content = office(extra={"a": b"text " * 50})
    crc = struct.pack("<L", zlib.crc32(b"text " * 50))
    assert code_of("crc.docx", content.replace(crc, b"abcd")) == "mismatch"


def test_an_encrypted_document():
    content = bytearray(office())
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1
    assert code_of("secret.docx", bytes(content)) == "encrypted"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_entries_of_one_name():
    out = io.BytesIO(office())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("main.xml", "another")
    assert code_of("twice.docx", out.getvalue()) == "mismatch"


@pytest.mark.parametrize(
    ("kind", "extra", "declared"),
    [
        ("docx", {"word/vbaProject.bin": b"x"}, None),
        ("docx", {"word/VBAPROJECT.BIN": b"x"}, None),
        ("xlsx", {"xl/vbaProject.bin": b"x"}, None),
        ("xlsx", {"xl/macrosheets/sheet1.xml": b"x"}, None),
        ("docx", {}, "application/vnd.ms-word.document.macroEnabled.main+xml"),
        ("xlsx", {}, f"application/vnd.ms-excel.sheet.macroEnabled.main+xml {OOXML}spreadsheetml.sheet.main+xml"),
    ],
)
def test_macros_are_refused(kind, extra, declared):
    assert code_of(f"a.{kind}", office(kind, extra, declared)) == "macros"


def test_a_picture_with_too_many_pixels():
    out = io.BytesIO()
    Image.new("1", (8000, 6000)).save(out, "PNG")
    assert code_of("big.png", out.getvalue()) == "pixels"


def test_a_picture_far_beyond_all_bounds():
    chunk = b"IHDR" + struct.pack(">LLBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    header = b"\x89PNG\r\n\x1a\n" + struct.pack(">L", 13) + chunk + struct.pack(">L", zlib.crc32(chunk))
    assert code_of("huge.png", header + picture("PNG")[33:]) == "pixels"


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("通知 2026.pdf", "通知 2026.pdf"),
        ("C:\\Users\\me\\报告.docx", "报告.docx"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        ("x\u202efdp.exe", "xfdp.exe"),
        ("a\u200b\u2066b.pdf", "ab.pdf"),
        ('a<b>"c|d?e*f:g.txt', "a_b__c_d_e_f_g.txt"),
        ("half\ud83d.txt", "half.txt"),
        ("..hidden.txt", "hidden.txt"),
        (".pdf", "pdf"),
        ("...", "file"),
        ("", "file"),
        ("a . pdf", "a.pdf"),
        ("报" * 300 + ".pdf", "报" * 116 + ".pdf"),
        ("x" * 300, "x" * 120),
        ("e\u0301.txt", "é.txt"),
    ],
)
def test_names_are_cleaned(name, clean):
    assert clean_name(name) == clean


@given(st.text(max_size=300))
def test_a_cleaned_name_is_always_safe_and_stays_as_it_is(name):
    clean = clean_name(name)
    assert 0 < len(clean) <= MAX_NAME
    assert not re.search(r'[\x00-\x1f\x7f/\\<>:"|?*\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]', clean)
    assert clean not in (".", "..")
    assert clean_name(clean) == clean


@given(
    st.sampled_from(sorted(CONTENT_TYPES)),
    st.binary(max_size=300),
    st.integers(0, 200),
    st.binary(min_size=1, max_size=4),
)
def test_damage_is_refused_or_passes_but_never_breaks(kind, noise, at, patch):
    good = {"pdf": PDF, "png": PNG, "jpg": JPG, "webp": WEBP}.get(kind) or (
        office(kind) if "x" in kind and kind != "txt" else b"a,b"
    )
    for content in (noise, good[:at] + patch + good[at + len(patch) :], good[:at] + noise):
        with suppress(ValidationError):
            assert check_upload(upload(f"a.{kind}", content)).size == len(content)


PNG, JPG, WEBP = picture("PNG"), picture("JPEG"), picture("WEBP")


def test_the_browser_is_told_what_is_accepted():
    assert ".pdf" in ACCEPT
    assert ".jpeg" in ACCEPT
