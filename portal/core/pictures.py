"""Pictures that people send: checked by their content, drawn anew so that nothing is left of place, time or device."""

import io

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from portal.core.uploads import check_upload

IMAGES = ("image/png", "image/jpeg", "image/webp")
LARGEST = 2000  # pixels of the longer side


def redrawn(file: UploadedFile) -> SimpleUploadedFile:
    """A new JPEG file of what the picture shows, under a name that says nothing; ValidationError if refused."""
    if check_upload(file, max_bytes=settings.UPLOAD_MAX_BYTES).content_type not in IMAGES:
        raise ValidationError(_("Only pictures can be added: PNG, JPEG or WebP."))
    file.seek(0)
    try:
        with Image.open(file) as image:
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except (OSError, ValueError, SyntaxError) as error:
        raise ValidationError(_("This picture cannot be read.")) from error
    upright.thumbnail((LARGEST, LARGEST))
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=85)
    return SimpleUploadedFile("picture.jpg", out.getvalue(), content_type="image/jpeg")
