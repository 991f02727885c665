"""Pictures and plans of resources: drawn anew, kept, given out."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse

from investment.models import Resource, ResourceFile
from portal.core.pictures import redrawn
from portal.core.uploads import check_upload

MOST = 8  # of one resource


def keep(resource: Resource, file: UploadedFile, *, kind: str, about: dict[str, str]) -> ResourceFile:
    """Store one; inside the transaction of the act that it belongs to. ValidationError for what is no picture."""
    picture = redrawn(file)
    facts = check_upload(picture)
    stored = ResourceFile(
        resource=resource, kind=kind, content_type=facts.content_type, size=facts.size, sha256=facts.sha256, **about
    )
    stored.file.save(facts.name, picture, save=False)
    stored.save()
    return stored


def give(stored: ResourceFile, *, public: bool) -> FileResponse:
    response = FileResponse(stored.file.open("rb"), filename=f"{stored.key}.jpg")
    headers: dict[str, Any] = {
        "Content-Type": stored.content_type,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "public, max-age=3600" if public else "private, no-store",
    }
    for name, value in headers.items():
        response.headers[name] = value
    return response
