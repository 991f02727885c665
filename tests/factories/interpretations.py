"""Interpretations on their way, and the files they take."""

import io
import struct
from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from policies.interpretation import files, workflow
from policies.models import Interpretation, Policy
from tests.factories.policies import PolicyFactory
from tests.factories.publishing import editor, reviewer

VTT = "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\n{}\n"
TEXT = {"title_zh_hans": "解读", "title_en": "Explained", "body_zh_hans": "正文。", "body_en": "A **plain** text."}
CONTENT: dict[str, dict[str, str]] = {
    "text": TEXT,
    "picture": {
        "title_zh_hans": "一图",
        "title_en": "One picture",
        "alt_zh_hans": "三个方框",
        "alt_en": "Three boxes",
        "description_zh_hans": "全部文字",
        "description_en": "All its words",
    },
    "video": {
        "title_zh_hans": "短片",
        "title_en": "A film",
        "transcript_zh_hans": "你好",
        "transcript_en": "Hello",
        "captions_zh_hans": VTT.format("你好"),
        "captions_en": VTT.format("Hello"),
    },
    "summary": {"who_zh_hans": "小店", "who_en": "Small shops"},
}


def picture(name: str = "a.png", size: tuple[int, int] = (8, 6)) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue())


def box(name: bytes, *content: bytes) -> bytes:
    inner = b"".join(content)
    return struct.pack(">I", len(inner) + 8) + name + inner


def mp4(codec: bytes = b"avc1", handler: bytes = b"vide", extra: Iterable[bytes] = ()) -> bytes:
    """The boxes that make a file an MP4, without pictures worth looking at."""
    sample = box(b"stsd", struct.pack(">II", 0, 1), box(codec, bytes(70)))
    media = box(b"mdia", box(b"hdlr", bytes(8), handler, bytes(12)), box(b"minf", box(b"stbl", sample)))
    return b"".join(
        (box(b"ftyp", b"isom", bytes(4)), box(b"moov", box(b"trak", media)), box(b"mdat", b"x" * 64), *extra)
    )


def video(content: bytes | None = None, name: str = "a.mp4") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, mp4() if content is None else content)


def upload(slot: str) -> files.Upload:
    return files.checked(slot, video() if slot == "video" else picture())


SLOTS = {"picture": ("picture",), "video": ("video", "poster")}


def draft(kind: str = "text", by: Any = None, policy: Policy | None = None, **content: str) -> Interpretation:
    """A complete draft; `content` changes texts of it."""
    by = by or editor()
    policies = [policy or PolicyFactory()]
    found = workflow.begin(by=by, kind=kind, policies=policies, content={**CONTENT[kind], **content})
    workflow.keep_files(found, {slot: upload(slot) for slot in SLOTS.get(kind, ())}, by=by, known={})
    return found


def in_review(kind: str = "text", **fields: Any) -> Interpretation:
    found = draft(kind, **fields)
    return workflow.send_to_review(found, by=found.author)


def published(kind: str = "text", reviewed_by: Any = None, **fields: Any) -> Interpretation:
    """As it is after all that; nobody was told, and the search does not know it."""
    found = draft(kind, **fields)
    found.state, found.reviewer, found.published_at = "published", reviewed_by or reviewer(), timezone.now()
    found.save(update_fields=["state", "reviewer", "published_at"])
    return found


def approved(found: Interpretation, by: Any = None) -> Interpretation:
    """A draft on its real way: sent, reviewed and published."""
    sent = workflow.send_to_review(found, by=found.author)
    return workflow.publish(sent, by=by or reviewer(), seen=sent.lock_version)
