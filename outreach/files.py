"""Files of all rooms: checked by their content before they are kept; given out as what they were found to be."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse

from outreach.models import StoredFile
from portal.core.uploads import Checked, check_upload

IMAGES = ("image/png", "image/jpeg", "image/webp")


def checked(file: UploadedFile) -> Checked:
    """The file's facts; ValidationError in the active language if it is refused."""
    return check_upload(file, max_bytes=settings.UPLOAD_MAX_BYTES)


def keep(file: UploadedFile, facts: Checked, *, by: Any, public: bool = False) -> StoredFile:
    """Store a checked file; inside the transaction of the act that it belongs to."""
    stored = StoredFile(
        name=facts.name,
        content_type=facts.content_type,
        size=facts.size,
        sha256=facts.sha256,
        public=public,
        uploaded_by=by,
    )
    stored.file.save(facts.name, file, save=False)
    connection = transaction.get_connection()
    if connection.in_atomic_block:
        stored.save()
    else:
        with transaction.atomic():
            stored.save()
    return stored


def give(stored: StoredFile) -> FileResponse:
    """The file itself: pictures and PDFs to be seen, everything else to be kept."""
    seen = stored.content_type in (*IMAGES, "application/pdf")
    response = FileResponse(stored.file.open("rb"), as_attachment=not seen, filename=stored.name)
    response.headers["Content-Type"] = stored.content_type
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response.headers["Cache-Control"] = "public, max-age=86400" if stored.public else "private, no-store"
    return response
