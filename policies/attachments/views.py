"""Attachments leave the portal as downloads only."""

import uuid

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from policies import rules
from policies.attachments.keeping import content_type
from policies.enums import RevisionState
from policies.models import Attachment, Policy, Revision
from portal.core.uploads import clean_name


@require_safe
@login_not_required
def attachment(request: HttpRequest, key: uuid.UUID) -> FileResponse:
    """To everybody once a published version names it; before that to those who read drafts."""
    found = get_object_or_404(Attachment.objects.defer("text"), key=key)
    public = is_public(found)
    if not public and not (request.user.is_authenticated and request.user.has_role(*rules.READERS)):
        raise Http404
    try:
        stored = found.file.open("rb")
    except FileNotFoundError:
        raise Http404
    name = clean_name(f"{found.name}.{found.kind}")
    response = FileResponse(stored, as_attachment=True, filename=name, content_type=content_type(found))
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "public, max-age=3600" if public else "private, no-store"
    return response


def is_public(found: Attachment) -> bool:
    """Whether a published policy, or a version of it that once was, names the file."""
    key = [str(found.key)]
    if Policy.objects.published().filter(attachments__contains=key).exists():
        return True
    return Revision.objects.filter(state=RevisionState.PUBLISHED, content__attachments__contains=key).exists()
