"""The desk of partners: the list, one partner with its contacts, and what is changed about both."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import SignedInRequest
from outreach.models import Partner, PartnerContact
from outreach.partners import queries, workflow
from outreach.partners.forms import ContactForm, PartnerForm, SearchForm
from outreach.partners.showing import facts_of
from outreach.rules import ORGANISERS, READERS, may_organise
from portal.core.access import Refused, roles_required
from portal.core.calendar import local_day
from portal.core.keyset import Order, paginate


@require_safe
@roles_required(*READERS)
def desk(request: SignedInRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    words, kind = form.asked()
    page = paginate(queries.found(words, kind), order=[Order("slug")], cursor=request.GET.get("cursor"))
    context = {"page": page, "form": form, "asked": bool(words or kind), "may": may_organise(request.user)}
    return render(request, "outreach/partners/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*ORGANISERS)
def new(request: SignedInRequest) -> HttpResponse:
    return _write(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*ORGANISERS)
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    return _write(request, get_object_or_404(Partner, pk=pk))


def _write(request: SignedInRequest, partner: Partner | None) -> HttpResponse:
    kept = Partner(pk=partner.pk) if partner else None
    form = PartnerForm(request.POST or None, request.FILES or None, instance=partner)
    if request.method == "POST" and form.is_valid():
        try:
            row = workflow.write(kept, by=request.user, facts=form.facts(), logo=form.cleaned_data["logo_file"])
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("partners:partner", row.pk)
    title = _("Change the partner") if partner else _("New partner")
    return _form_page(request, form, title, crumbs(), wrong=request.method == "POST")


@require_safe
@roles_required(*READERS)
def partner(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is known of it, who speaks for it, what was agreed."""
    row: Partner = get_object_or_404(Partner.objects.select_related("logo", "park"), pk=pk)
    today = local_day()
    context = {
        "partner": row,
        "contacts": [
            {"contact": each, "is_over": each.until is not None and each.until < today}
            for each in row.contacts.select_related("user")
        ],
        "memoranda": [
            facts_of(each, beside=row) for each in row.memoranda.prefetch_related("parties", "reviews", "amendments")
        ],
        "may": may_organise(request.user),
        "crumbs": crumbs(),
    }
    return render(request, "outreach/partners/partner.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*ORGANISERS)
def invite(request: SignedInRequest, pk: int) -> HttpResponse:
    """A contact is invited by e-mail."""
    row = get_object_or_404(Partner, pk=pk)
    form = ContactForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.invite(row, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error("email", str(refused))
        else:
            messages.success(request, _("The invitation is on its way."))
            return redirect("partners:partner", pk)
    title = _("Invite a contact of %(partner)s") % {"partner": row.name}
    return _form_page(request, form, title, crumbs(row), wrong=request.method == "POST")


@require_POST
@roles_required(*ORGANISERS)
def end_contact(request: SignedInRequest, pk: int) -> HttpResponse:
    contact = get_object_or_404(PartnerContact, pk=pk)
    workflow.end_contact(contact, by=request.user)
    messages.success(request, _("From now on %(name)s no longer speaks for the partner.") % {"name": contact.name})
    return redirect("partners:partner", contact.partner_id)


def crumbs(of: Partner | None = None) -> list[tuple[str, str]]:
    way = [(_("Partners"), reverse("partners:desk"))]
    return [*way, (of.name, reverse("partners:partner", args=[of.pk]))] if of else way


def _form_page(request: SignedInRequest, form: Any, title: str, way: Any, *, wrong: bool) -> HttpResponse:
    context = {"form": form, "title": title, "crumbs": way, "back": way[-1][1]}
    return render(request, "outreach/partners/write.html", context, status=422 if wrong else 200)
