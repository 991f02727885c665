"""Pictures that people send are drawn anew: what they show stays, what they tell about place and device does not."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from portal.core.pictures import LARGEST, redrawn

PLACE = 0x8825  # the EXIF tag that points to a position
DEVICE = 0x010F
ORIENTATION = 0x0112


def upload(form: str = "JPEG", size: tuple[int, int] = (60, 30), mode: str = "RGB", **tags: int) -> SimpleUploadedFile:
    out = io.BytesIO()
    image = Image.new(mode, size, "red" if mode == "RGB" else 1)
    exif = Image.Exif()
    exif[DEVICE] = "A telephone"
    exif[ORIENTATION] = tags.get("orientation", 1)
    exif.get_ifd(PLACE)[1] = "N"
    image.save(out, form, **({"exif": exif} if form != "PNG" else {}))
    return SimpleUploadedFile(f"Me at home.{'jpg' if form == 'JPEG' else form.lower()}", out.getvalue())


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_what_it_shows_stays_and_nothing_else(form: str) -> None:
    made = redrawn(upload(form))
    assert (made.name, made.content_type) == ("picture.jpg", "image/jpeg")
    with Image.open(made) as image:
        assert (image.format, image.size) == ("JPEG", (60, 30))
        assert dict(image.getexif()) == {}
        red, green, blue = image.getpixel((20, 10))  # type: ignore[misc]
    assert red > 240
    assert max(green, blue) < 20


def test_a_picture_taken_sideways_stands_upright() -> None:
    with Image.open(redrawn(upload(orientation=6))) as image:
        assert image.size == (30, 60)


@pytest.mark.parametrize(("size", "kept"), [((4000, 1000), (2000, 500)), ((1000, 4000), (500, 2000)), ((9, 3), (9, 3))])
def test_a_large_one_is_made_smaller_and_a_small_one_stays(size: tuple[int, int], kept: tuple[int, int]) -> None:
    with Image.open(redrawn(upload(size=size))) as image:
        assert image.size == kept
        assert max(image.size) <= LARGEST


@pytest.mark.parametrize("mode", ["L", "P", "1", "CMYK"])
def test_colours_of_other_kinds_are_drawn_too(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (20, 10)).save(out, "JPEG" if mode == "CMYK" else "PNG")
    name = "a.jpg" if mode == "CMYK" else "a.png"
    with Image.open(redrawn(SimpleUploadedFile(name, out.getvalue()))) as image:
        assert image.mode == "RGB"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("a.png", b"<script>alert(1)</script>"),
        ("a.jpg", b"\xff\xd8\xff\xe0" + b"0" * 50),
        ("a.webp", b""),
        ("a.txt", b"words"),
        ("a.gif", b"GIF89a"),
    ],
)
def test_what_is_no_picture_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(ValidationError):
        redrawn(SimpleUploadedFile(name, content))


def test_too_large_a_file_is_refused(settings: object) -> None:
    settings.UPLOAD_MAX_BYTES = 100  # type: ignore[attr-defined]
    with pytest.raises(ValidationError) as refused:
        redrawn(upload(size=(400, 400)))
    assert refused.value.code == "too_large"
