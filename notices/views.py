"""A person's own messages: what the portal wrote to them, whether or not the mail has arrived."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import translate_url
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from notices.models import Message
from portal.core import bilingual
from portal.core.keyset import Order, paginate


@require_safe
def inbox(request: SignedInRequest) -> HttpResponse:
    """Newest first; account mails and the digests themselves, which only repeat, are left out."""
    mine = Message.objects.inbox_of(request.user).defer("body")
    page = paginate(mine, order=[Order("id", desc=True)], cursor=request.GET.get("cursor"))
    return render(request, "notices/inbox.html", {"page": page})


@require_safe
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One message, with the way to what it is about in the language of the page."""
    message = get_object_or_404(Message.objects.inbox_of(request.user), pk=pk)
    shown = bilingual.current()
    with bilingual.speaking(message.language):  # in which its address was made
        about = translate_url(message.url, shown) if message.url.startswith("/") else ""
    return render(request, "notices/detail.html", {"message": message, "about": about})
