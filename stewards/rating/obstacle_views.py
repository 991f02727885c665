"""Obstacles that recur: what the figures of requests suggest, one obstacle on its way, and the public page."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from policies.models import Policy
from portal.core.access import Refused, roles_required
from portal.core.keyset import Order, paginate
from stewards.asking.forms import SeenForm
from stewards.models import HelpRequest, Obstacle, ObstacleState, RequestCategory
from stewards.rating import clusters, told
from stewards.rating import obstacles as work
from stewards.rating.forms import DidForm, NameForm, NumbersForm, PairForm, RemarkForm, initial_of

readers = roles_required(Role.STEWARD, Role.ADMIN, Role.EDITOR, Role.REVIEWER)
namers = roles_required(Role.STEWARD, Role.ADMIN)
FEW = 5  # of each group on the page of all
TONES = {
    ObstacleState.NAMED: "quiet",
    ObstacleState.SENT: "info",
    ObstacleState.ANSWERED: "warn",
    ObstacleState.PUBLISHED: "ok",
    ObstacleState.WITHDRAWN: "quiet",
}
# act → its form, the verb, what is said once it is done
ACTS: dict[str, tuple[type[SeenForm], Callable[..., Any], Any]] = {
    "change": (NameForm, work.change, gettext_lazy("The obstacle is changed.")),
    "send": (SeenForm, work.send, gettext_lazy("Sent to the policy's owner.")),
    "answer": (DidForm, work.answer, gettext_lazy("Your answer is kept; somebody else publishes it.")),
    "send_back": (RemarkForm, work.send_back, gettext_lazy("It is back with its owner.")),
    "publish": (SeenForm, work.publish, gettext_lazy("Published under “You said, we did”.")),
    "withdraw": (SeenForm, work.withdraw, gettext_lazy("The obstacle is withdrawn.")),
}


@require_safe
@readers
def obstacles(request: SignedInRequest) -> HttpResponse:
    """Obstacles on their way; for those who can name one, what recurs among the requests of their desk."""
    days = _days(request)
    names = request.user.has_role(Role.STEWARD, Role.ADMIN)
    rows = work.visible_to(request.user)
    if request.GET.get("show") != "all":
        rows = rows.exclude(state__in=(ObstacleState.PUBLISHED, ObstacleState.WITHDRAWN))
    page = paginate(rows, order=[Order("id", desc=True)], cursor=request.GET.get("cursor"))
    for row in page.rows:
        row.tone = TONES[ObstacleState(row.state)]  # type: ignore[attr-defined]
    context = {
        "page": page,
        "all": request.GET.get("show") == "all",
        "names": names,
        "days": days,
        "spans": [{"days": each, "current": each == days} for each in clusters.DAYS],
        "groups": clusters.groups(request.user, days) if names else [],
        "least": clusters.LEAST,
    }
    return render(request, "rating/obstacles.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@namers
def new(request: SignedInRequest) -> HttpResponse:
    """Name an obstacle from a group of requests, or without one."""
    days, category, policy = _days(request), _key(request, "category"), _key(request, "policy")
    group = list(_group(request, days, category, policy)[: work.MOST_REQUESTS])
    sent = request.POST if request.method == "POST" else None
    form = NameForm(sent, initial={"seen": 0, "policy": policy, "category": category})
    ticked = set(sent.getlist("requests")) if sent else {str(each.pk) for each in group}
    if sent and form.is_valid():
        try:
            chosen = [each.pk for each in group if str(each.pk) in ticked]
            made = work.name(by=request.user, requests=chosen, **_facts(form))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The obstacle is named. Send it to the policy's owner when it is complete."))
            return redirect("rating:obstacle", made.pk)
    context = {
        "form": form,
        "group": [{"asked": each, "ticked": str(each.pk) in ticked} for each in group],
        "crumbs": [(_("Obstacles that recur"), reverse("rating:obstacles"))],
    }
    return render(request, "rating/obstacle_new.html", context, status=422 if sent else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@readers
def obstacle(request: SignedInRequest, pk: int) -> HttpResponse:
    """One obstacle; POST is one of the things that can be done with it."""
    found = get_object_or_404(work.visible_to(request.user), pk=pk)
    act, bound = request.POST.get("act", ""), None
    if request.method == "POST" and act == "attach":
        return _attach(request, found)
    if request.method == "POST" and act == "detach":
        return _detach(request, found)
    if request.method == "POST":
        if act not in ACTS:
            raise Http404
        form_class, verb, done = ACTS[act]
        bound = form_class(request.POST, auto_id=f"id_{act}_%s")
        if bound.is_valid():
            try:
                verb(found, by=request.user, **_facts(bound), seen=bound.cleaned_data["seen"])
            except Refused as refused:
                found = get_object_or_404(work.visible_to(request.user), pk=pk)
                bound.data = {**request.POST.dict(), "seen": str(found.lock_version)}
                bound.add_error(None, str(refused))
            else:
                messages.success(request, str(done))
                return redirect(_next(request, pk))
    status = 200 if bound is None else 422
    return render(request, "rating/obstacle.html", _context(request, found, act, bound), status=status)


@require_safe
@login_not_required
def public(request: HttpRequest) -> HttpResponse:
    """You said, we did: the newest of each group, or all of one (`?from=`); nobody is named."""
    groups = told.groups()
    chosen = next((group for group in groups if group.key == request.GET.get("from")), None)
    order = [Order("published_at", desc=True, nulls_last=True), Order("id", desc=True)]
    size, cursor = (20, request.GET.get("cursor")) if chosen else (FEW, None)
    parts = []
    for group in [chosen] if chosen else groups:
        page = paginate(group.rows(), order=order, cursor=cursor, size=size)
        parts.append({"group": group, "page": page, "told": [group.tell(row) for row in page.rows]})
    context = {"parts": parts, "groups": groups, "chosen": chosen, "page": parts[0]["page"] if chosen else None}
    return render(request, "rating/public.html", context | {"empty": not any(part["told"] for part in parts)})


def _attach(request: SignedInRequest, found: Obstacle) -> HttpResponse:
    form = NumbersForm(request.POST)
    if form.is_valid():
        try:
            work.attach(found, by=request.user, numbers=form.cleaned_data["numbers"])
        except Refused as refused:
            form.add_error("numbers", str(refused))
        else:
            messages.success(request, _("The list of requests is changed."))
            return redirect("rating:obstacle", found.pk)
    context = _context(request, found, "attach", None) | {"numbers_form": form}
    return render(request, "rating/obstacle.html", context, status=422)


def _detach(request: SignedInRequest, found: Obstacle) -> HttpResponse:
    try:
        work.detach(found, by=request.user, number=request.POST.get("number", ""))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The list of requests is changed."))
    return redirect("rating:obstacle", found.pk)


def _context(request: SignedInRequest, found: Obstacle, act: str, bound: SeenForm | None) -> dict[str, Any]:
    user = request.user
    shown = {name: _form(found, name, bound if act == name else None) for name in ACTS if work.may(user, name, found)}
    desk = HelpRequest.objects.on_desk_of(user).filter(obstacle_link__obstacle=found).select_related("enterprise")
    links = found.links.count()
    lost = bound if bound is not None and act not in shown else None
    reviews = work.may(user, "publish", found)
    return {
        "found": found,
        "tone": TONES[ObstacleState(found.state)],
        "forms": shown,
        "lost": lost,
        "requests": list(desk.defer("search", "body").order_by("pk")),
        "links": links,
        "told_by": (told := work.told_by(found)),
        "too_few": work.too_few(found) if reviews and told < work.FEW else "",
        "numbers_form": NumbersForm(),
        "may_attach": bool(work.may(user, "attach", found)),
        "findings": work.findings(found) if reviews else [],
        "not_yet": "" if reviews or found.state != ObstacleState.ANSWERED else str(reviews.reason),
        "pairs": [_pair(found, name, label) for name, label in _labels()],
        "crumbs": [(_("Obstacles that recur"), reverse("rating:obstacles"))],
    }


def _form(found: Obstacle, act: str, bound: SeenForm | None) -> SeenForm:
    """The form as it came back, or a new one with what the obstacle holds."""
    form_class, texts = ACTS[act][0], issubclass(ACTS[act][0], PairForm)
    initial = initial_of(found, form_class) if texts else {"seen": found.lock_version}  # type: ignore[arg-type]
    return bound if bound is not None else form_class(initial=initial, auto_id=f"id_{act}_%s")


def _labels() -> list[tuple[str, str]]:
    return [("title", _("Title")), ("said", _("What enterprises said")), ("did", _("What we did"))]


def _pair(found: Obstacle, name: str, label: str) -> dict[str, str]:
    return {"label": label, "zh": getattr(found, f"{name}_zh_hans") or "", "en": getattr(found, f"{name}_en") or ""}


def _facts(form: Any) -> dict[str, Any]:
    """The keyword arguments of the verb."""
    data = dict(form.cleaned_data)
    data.pop("seen", None)
    texts = {name: data.pop(name) for name in list(data) if name.endswith(("_zh_hans", "_en"))}
    return {**data, "texts": texts} if texts else data


def _group(request: SignedInRequest, days: int, category: int | None, policy: int | None) -> Any:
    if category is None and policy is None:
        return HelpRequest.objects.none()
    return clusters.of_group(request.user, days, category, policy)


def _next(request: SignedInRequest, pk: int) -> str:
    """The obstacle, as long as the person may still see it."""
    if work.visible_to(request.user).filter(pk=pk).exists():
        return reverse("rating:obstacle", args=[pk])
    return reverse("rating:obstacles")


def _days(request: HttpRequest) -> int:
    text = request.GET.get("days", "")
    return int(text) if text in {str(each) for each in clusters.DAYS} else clusters.DAYS[0]


def _key(request: HttpRequest, name: str) -> int | None:
    """The key of a category or policy in the address; nothing where it means nothing."""
    text = request.GET.get(name, "")
    model: Any = RequestCategory if name == "category" else Policy
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return None
    return int(text) if model.objects.filter(pk=int(text)).exists() else None
