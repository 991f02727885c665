from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from policies import rules
from policies.publishing.translating import heaps
from portal.core.access import roles_required


@require_safe
@roles_required(*rules.READERS)
def translations(request: SignedInRequest) -> HttpResponse:
    """The translator's worklist: what lacks a language, or whose other language has changed since."""
    return render(request, "publishing/translations.html", {"heaps": heaps()})
