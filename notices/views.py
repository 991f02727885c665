"""A person's own messages: what the portal wrote to them, whether or not the mail has arrived."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import translate_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest
from notices.forms import WishForm
from notices.models import Message
from portal.core import bilingual
from portal.core.keyset import Order, paginate


@require_safe
def inbox(request: SignedInRequest) -> HttpResponse:
    """Newest first; account mails and the digests themselves, which only repeat, are left out."""
    mine = Message.objects.inbox_of(request.user).defer("body")
    page = paginate(mine, order=[Order("id", desc=True)], cursor=request.GET.get("cursor"))
    return render(request, "notices/inbox.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: SignedInRequest) -> HttpResponse:
    """Quiet hours, and what is read in the portal only, within what the district allows."""
    form = WishForm(request.POST or None, user=request.user)
    if form.is_bound and form.is_valid():
        form.save()
        messages.success(request, _("Your wishes are saved. They hold for messages from now on."))
        return redirect("messages:preferences")
    return render(request, "notices/preferences.html", {"form": form})


@require_safe
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One message, with the way to what it is about in the language of the page."""
    message = get_object_or_404(Message.objects.inbox_of(request.user), pk=pk)
    shown = bilingual.current()
    with bilingual.speaking(message.language):  # in which its address was made
        about = translate_url(message.url, shown) if message.url.startswith("/") else ""
    return render(request, "notices/detail.html", {"message": message, "about": about})
