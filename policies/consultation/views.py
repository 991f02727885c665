"""Consultations as everybody sees them: what is asked, a form to comment, and what came of it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from policies.consultation import figures, rules
from policies.consultation.comment_form import CommentForm, name_of
from policies.consultation.enums import Standing
from policies.consultation.limits import fingerprint
from policies.consultation.queries import ORDERS, TABS, on_tab
from policies.consultation.responding import TooLate, respond
from policies.consultation.results import results_of
from policies.models import Consultation
from portal.core.access import Refused
from portal.core.calendar import local_day
from portal.core.keyset import paginate

TONES = {
    Standing.ANNOUNCED: "info",
    Standing.OPEN: "ok",
    Standing.EVALUATED: "info",
    Standing.ANSWERED: "quiet",
    Standing.WITHDRAWN: "warn",
}


@require_safe
@login_not_required
def consultations(request: HttpRequest) -> HttpResponse:
    tab = request.GET.get("show", "")
    tab = tab if tab in TABS else TABS[0]
    day = local_day()
    rows = on_tab(tab, day).select_related("department", "outcome")
    page = paginate(rows, order=ORDERS[tab], cursor=request.GET.get("cursor"))
    counts = figures.comment_counts(page.rows) if page.rows else {}
    context = {
        "tab": tab,
        "tabs": _tabs(tab),
        "page": page,
        "rows": [_row(each, counts.get(each.pk, 0)) for each in page],
    }
    return render(request, "consultations/list.html", context)


def _tabs(tab: str) -> list[dict[str, Any]]:
    labels = {"open": _("Open for comment"), "evaluated": _("Being evaluated"), "closed": _("Answered")}
    url = reverse("consultations:list")
    return [
        {"label": labels[name], "url": f"{url}?show={name}", "current": name == tab, "count": None} for name in TABS
    ]


def _row(consultation: Consultation, count: int) -> dict[str, Any]:
    """Of an answered one the page alone tells numbers: there they are weighed against each other."""
    standing = consultation.standing
    return {
        "consultation": consultation,
        "standing": standing,
        "tone": TONES[standing] if standing else "quiet",
        "count": None if figures.small(count) or standing == Standing.ANSWERED else count,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The draft, why it is asked about, and a box for each article while it is open; afterwards the answers."""
    public = Consultation.objects.public().select_related("department", "policy", "outcome")
    consultation = get_object_or_404(public, slug=slug)
    clauses = list(consultation.clauses.all())
    verdict = rules.may_comment(request.user, consultation, local_day())
    sent = request.POST if request.method == "POST" else None
    form = CommentForm(sent, clauses=clauses, user=request.user) if verdict else None
    if sent is not None and form is None:
        return _too_late(request, consultation, str(verdict.reason))
    if sent is not None and form is not None and form.is_valid():
        try:
            messages.success(request, _thanks(_keep(request, consultation, form)))
        except TooLate as late:
            return _too_late(request, consultation, str(late))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("consultations:detail", slug=slug)
    return render(request, "consultations/detail.html", _page(consultation, clauses, form, verdict))


def _page(consultation: Consultation, clauses: list[Any], form: CommentForm | None, verdict: Any) -> dict[str, Any]:
    standing = consultation.standing
    answered = standing == Standing.ANSWERED
    counts = {} if answered else figures.comment_counts([consultation])
    return {
        **_row(consultation, counts.get(consultation.pk, 0)),
        "clauses": [{"clause": each, "field": form[name_of(each.number)] if form else None} for each in clauses],
        "form": form,
        "verdict": verdict,
        "shorter": consultation.days < settings.CONSULTATION_DAYS,
        "results": results_of(consultation) if answered else None,
        "crumbs": [(_("Draft consultations"), reverse("consultations:list"))],
    }


def _keep(request: HttpRequest, consultation: Consultation, form: CommentForm) -> int:
    assert form.form_key is not None  # a form without one is not valid
    return respond(
        consultation,
        by=request.user if isinstance(request.user, User) else None,
        visitor=fingerprint(request),
        voice=form.cleaned_data["voice"],
        words=form.cleaned_data["words"],
        form_key=form.form_key,
    )


def _thanks(new: int) -> str:
    if not new:
        return _("We had received these words already: they count once.")
    received = ngettext(
        "Thank you: %(count)s comment received. After the last day you can read here what was said and what we did.",
        "Thank you: %(count)s comments received. After the last day you can read here what was said and what we did.",
        new,
    )
    return received % {"count": new}


def _too_late(request: HttpRequest, consultation: Consultation, reason: str) -> HttpResponse:
    """Nothing was kept; what was written is shown, to be copied."""
    words = [text for name, text in request.POST.items() if name.startswith("words_") and str(text).strip()]
    context = {"consultation": consultation, "standing": consultation.standing, "reason": reason, "words": words}
    return render(request, "consultations/too_late.html", context, status=409)
