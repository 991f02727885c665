"""The resource room: a provider's keepers keep their entries here; the district helps, reviews and publishes."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import SignedInRequest
from investment import queries, rules, workflow
from investment.enums import SPACE, Kind, State
from investment.forms import EntryForm, PictureForm, RemarkForm
from investment.lacking import lacking
from investment.models import Provider, Resource, Viewing
from investment.naming import section_names
from investment.showing import TONES, VIEWING_TONES, changes, facts_of
from portal.core.access import Refused
from portal.core.keyset import Order, paginate
from portal.core.sent import seen_version, sent

VIEWINGS = 20


def _providers(request: SignedInRequest) -> Any:
    """Whose entries the person may keep; 404 for those who keep none."""
    if rules.may_run(request.user):
        return Provider.objects.filter(active=True)
    rows = Provider.objects.of_keeper(request.user)
    if not rows.exists():
        raise Http404
    return rows


@require_safe
def room(request: SignedInRequest) -> HttpResponse:
    providers = _providers(request)
    official = bool(rules.may_run(request.user))
    state = request.GET.get("state", "")
    rows = queries.kept_by(request.user)
    rows = rows.filter(state=state) if state in State.values else rows
    page = paginate(rows, order=[Order("id", desc=True)], cursor=request.GET.get("cursor"))
    coming = Viewing.objects.of_provider(request.user).coming().select_related("resource", "enterprise")
    context = {
        "page": page,
        "rows": [{"resource": row, "tone": TONES.get(row.state, "quiet")} for row in page.rows],  # type: ignore[call-overload]
        "providers": [] if official else providers,
        "official": official,
        "states": [("", _("All")), *State.choices],
        "state": state if state in State.values else "",
        "waiting": queries.to_review()[:VIEWINGS] if official else [],
        "viewings": [
            {"viewing": row, "tone": VIEWING_TONES.get(row.state, "info")}  # type: ignore[call-overload]
            for row in coming.order_by("pk")[:VIEWINGS]
        ],
    }
    return render(request, "investment/room.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """`?provider=` and `?kind=`; without them, one chooses."""
    providers = _providers(request)
    kind, wanted = request.GET.get("kind", ""), request.GET.get("provider", "")
    provider = (
        providers.filter(pk=int(wanted)).first() if wanted.isascii() and wanted.isdigit() and len(wanted) < 10 else None
    )
    if provider is None or kind not in Kind.values:
        context = {"providers": providers.order_by("pk"), "kinds": Kind.choices, "kind": kind, "wanted": wanted}
        return render(request, "investment/entry_kind.html", context)
    initial = {"park": provider.park_id if kind in SPACE else None}
    form = EntryForm(sent(request), kind=kind, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            row = workflow.begin(provider, by=request.user, kind=kind, facts=form.facts())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Kept as a draft."))
            return redirect("investment:entry", row.pk)
    title = _("New entry: %(kind)s") % {"kind": Kind(kind).label}
    return _form_page(request, form, title, provider.name, reverse("investment:room"))


def _entry(request: SignedInRequest, pk: int) -> Resource:
    return get_object_or_404(queries.kept_by(request.user), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """A draft, or a proposal to change what is published; who has one open goes on with it."""
    row = _entry(request, pk)
    verdict = rules.may_write(request.user, row)
    if not verdict:
        messages.error(request, str(verdict.reason))
        return redirect("investment:entry", pk)
    shown = workflow.proposed(row)
    form = EntryForm(sent(request), kind=row.kind, instance=shown, initial={"seen": row.lock_version})
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            workflow.rewrite(row, by=request.user, facts=form.facts(), seen=-1 if seen is None else seen)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            open_ = row.state in rules.OPEN
            done = _("Your change waits for review; what is published stays until then.") if open_ else _("Saved.")
            messages.success(request, done)
            return redirect("investment:entry", pk)
    return _form_page(request, form, _("Change the entry"), row.provider.name, reverse("investment:entry", args=[pk]))


def _form_page(request: SignedInRequest, form: Any, title: str, lead: str, back: str) -> HttpResponse:
    crumbs = [(_("Resource room"), reverse("investment:room"))]
    context = {"form": form, "title": title, "lead": lead, "back": back, "crumbs": crumbs}
    return render(request, "investment/write.html", context, status=422 if form.errors else 200)


@require_safe
def entry(request: SignedInRequest, pk: int) -> HttpResponse:
    return _show(request, _entry(request, pk))


def _show(
    request: SignedInRequest, row: Resource, picture: Any = None, remark: Any = None, status: int = 200
) -> HttpResponse:
    names, then = section_names(), workflow.proposed(row) if row.proposal is not None else None
    user = request.user
    context = {
        "resource": row,
        "facts": facts_of(row, names),
        "files": list(row.files.all()),
        "changes": changes(row, then, names) if then else [],
        "lacking": lacking(then or row),
        "tone": TONES.get(row.state, "quiet"),  # type: ignore[call-overload]
        "may": {name: rule(user, row) for name, rule in RULES.items()},
        "waits": rules.waits(row),
        "picture_form": picture or PictureForm(),
        "remark_form": remark or RemarkForm(),
        "interest": row.viewings.count(),
    }
    return render(request, "investment/entry.html", context, status=status)


RULES = {
    "write": rules.may_write,
    "send": rules.may_send,
    "take_back": rules.may_take_back,
    "publish": rules.may_publish,
    "confirm": rules.may_confirm,
    "withdraw": rules.may_withdraw,
}


@require_POST
def act(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    """send, take-back, publish, confirm, withdraw."""
    row = _entry(request, pk)
    remark = RemarkForm(request.POST)
    if verb == "take-back" and not remark.is_valid():
        return _show(request, row, remark=remark, status=422)
    try:
        done = _do(request, row, verb, remark)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return redirect("investment:entry", pk)


def _do(request: SignedInRequest, row: Resource, verb: str, remark: RemarkForm) -> str:
    by = request.user
    if verb == "take-back":
        workflow.take_back(row, by=by, remark=remark.cleaned_data["remark"])
        return _("Taken out of review.")
    if verb == "publish":
        workflow.publish(row, by=by, seen=seen_version(request))
        return _("Published.")
    verbs = {
        "send": (workflow.send, _("Sent to review.")),
        "confirm": (workflow.confirm, _("Thank you: it is shown as still true.")),
        "withdraw": (workflow.withdraw, _("Taken off; nobody finds it any more.")),
    }
    if verb not in verbs:
        raise Http404
    run, done = verbs[verb]
    run(row, by=by)
    return done


@require_POST
def picture(request: SignedInRequest, pk: int) -> HttpResponse:
    """Add a picture or a plan."""
    row = _entry(request, pk)
    form = PictureForm(request.POST, request.FILES)
    if form.is_valid():
        said = form.cleaned_data
        about = {name: said[name] for name in ("about_zh_hans", "about_en")}
        try:
            workflow.add_file(row, by=request.user, file=said["file"], kind=said["kind"], about=about)
        except ValidationError as error:
            form.add_error("file", error)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The picture is kept."))
            return redirect("investment:entry", pk)
    return _show(request, row, form, status=422)


@require_POST
def drop_picture(request: SignedInRequest, pk: int, key: str) -> HttpResponse:
    row = _entry(request, pk)
    try:
        workflow.drop_file(row, by=request.user, key=key)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The picture is gone."))
    return redirect("investment:entry", pk)
