from typing import Any

from django.core.files.base import ContentFile

from outreach.models import StoredFile
from portal.core.calendar import local_day
from tests.factories import outreach as make

PUBLIC = "ostchelraduv"
TABLE = {
    "outreach:hub": ("G", PUBLIC),
    "outreach:desk": ("G", "elradu"),
    **{f"outreach:{name}": ("G", PUBLIC) for name in ("guest", "guest-code", "guest-feedback", "file")},
    "outreach:guest-act": ("P", PUBLIC),
    "outreach:scanned": ("G", "tchera"),
}
NO_PAGES = {"outreach:guest-code", "outreach:file", "outreach:scanned"}


def addresses(people: dict[str, Any], enterprise: Any) -> dict[str, list[Any]]:
    came = make.registration(make.occasion(day=local_day(), clock="00:00"), "attended", name="№ 1")
    going = make.registration(make.occasion(), "unverified", name="№ 2")
    read = StoredFile(name="1.pdf", content_type="application/pdf", size=1, sha256="0" * 64, public=True)
    read.file.save("1.pdf", ContentFile(b"%PDF-1.4"))
    return {
        "outreach:guest": [going.key],
        "outreach:guest-code": [going.key],
        "outreach:scanned": [came.code],
        "outreach:guest-act": [going.key, "confirm"],
        "outreach:guest-feedback": [came.key],
        "outreach:file": [read.key],
    }
