"""What everybody reads: the archive, an issue, the feed; and the subscription."""

from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.pace import held_back, status_of
from outreach import pieces
from outreach.bulletins import subscribing
from outreach.bulletins.forms import SubscribeForm
from outreach.enums import Publication
from outreach.models import Bulletin, Subscriber
from outreach.timewords import known_day
from portal.core import bilingual
from portal.core.keyset import Order, paginate
from portal.core.openly import for_everybody
from stewards.rating.link_views import shy

IN_FEED = 30


def published() -> Any:
    return Bulletin.objects.filter(state=Publication.PUBLISHED)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def archive(request: HttpRequest) -> HttpResponse:
    """All issues, the newest first; and the form for those who want them by mail."""
    form = SubscribeForm(request.POST if request.method == "POST" else None, initial={"language": bilingual.current()})
    if request.method == "POST" and form.is_valid() and not held_back(request, form, "bulletin"):
        subscribing.ask(form.cleaned_data["email"], form.cleaned_data["language"])
        told = _("If this address is not subscribed yet, a letter is on its way: open it and confirm.")
        messages.success(request, told)
        return redirect("bulletins:list")
    order = [Order("day", desc=True), Order("id", desc=True)]
    page = paginate(published(), order=order, cursor=request.GET.get("cursor"))
    rows = [(row, known_day(row.day, row.precision)) for row in page]
    context = {"page": page, "rows": rows, "form": form}
    return render(request, "outreach/bulletins/list.html", context, status=status_of(form))


@login_not_required
@require_safe
def issue(request: HttpRequest, slug: str) -> HttpResponse:
    """One issue, with its corrections marked where they belong and named at the top."""
    row = get_object_or_404(published(), slug=slug)
    corrections = list(row.corrections.all())
    rows: list[dict[str, Any]] = [
        {"shown": pieces.shown(piece), "corrections": [each for each in corrections if each.piece_id == piece.pk]}
        for piece in pieces.loaded(row.pieces.all())
    ]
    titles = {each["shown"].piece.pk: each["shown"].title for each in rows}
    told = [(each, titles.get(each.piece_id, "")) for each in corrections]
    context = {"issue": row, "rows": rows, "corrections": told, "when": known_day(row.day, row.precision)}
    return render(request, "outreach/bulletins/issue.html", context)


# The address of the page is the permission, and mail programs end a subscription without opening it (RFC 8058).
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def subscription(request: HttpRequest, key: Any) -> HttpResponse:
    """Confirm or end a subscription; the address of the page is the permission, and reading it changes nothing."""
    row = Subscriber.objects.filter(key=key).first()
    if row is None:
        return shy(render(request, "outreach/bulletins/no_subscription.html", status=404))
    if request.method == "POST":
        if request.POST.get("end") or request.POST.get("List-Unsubscribe"):
            subscribing.end(row)
        else:
            subscribing.confirm(row)
        return shy(redirect("bulletins:subscription", key))
    return shy(render(request, "outreach/bulletins/subscription.html", {"subscriber": row}))


class Issues(Feed):
    """The newest issues as Atom, in the language of the address."""

    feed_type = Atom1Feed

    def title(self) -> str:
        return _("Government bulletin · Hongkou")

    def link(self) -> str:
        return reverse("bulletins:list")

    def items(self) -> Any:
        return published().order_by("-day", "-pk")[:IN_FEED]

    def item_title(self, item: Any) -> str:
        return str(item.title)

    def item_description(self, item: Any) -> str:
        return str(item.words)

    def item_link(self, item: Any) -> str:
        return reverse("bulletins:issue", args=[item.slug])

    def item_pubdate(self, item: Any) -> datetime:
        """Of what appeared before this portal only the day is known, or the month."""
        known: datetime = item.published_at or timezone.make_aware(datetime.combine(item.day, time()))
        return known

    item_updateddate = item_pubdate


_feed = Issues()


@for_everybody
def feed(request: HttpRequest) -> HttpResponse:
    response: HttpResponse = _feed(request)
    return response
