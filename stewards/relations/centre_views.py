"""The service centre keeps its lists: categories in two levels, tags, the usual steps of each type."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.enums import Role
from accounts.http import SignedInRequest
from portal.core.access import Refused, roles_required
from portal.core.keyset import Order, paginate
from stewards.enums import RequestType
from stewards.models import HelpRequest, RequestCategory, Tag, UsualSteps
from stewards.relations import catalogue
from stewards.relations.forms import CategoryForm, MergeCategoryForm, MergeTagForm, StepsForm, TagForm

in_centre = roles_required(Role.ADMIN)
reads_and_posts = require_http_methods(["GET", "HEAD", "POST"])


@reads_and_posts
@in_centre
def categories(request: SignedInRequest) -> HttpResponse:
    """The tree; a form adds to it, buttons move one up or down."""
    posted = request.method == "POST"
    act, _dash, key = request.POST.get("act", "").partition("-")
    if posted and act in ("up", "down"):
        found = get_object_or_404(RequestCategory, pk=int(key) if key.isdecimal() and len(key) < 19 else 0)
        catalogue.move_category(found, by=request.user, up=act == "up")
        return redirect("centre:categories")
    form = CategoryForm(request.POST if posted else None)
    if posted and form.is_valid():
        try:
            parent = form.cleaned_data["parent"]
            added = catalogue.add_category(by=request.user, names=form.names(), parent=parent)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("“%(name)s” is added.") % {"name": added.name})
            return redirect("centre:categories")
    rows = list(catalogue.categories())
    tree = [(each, [below for below in rows if below.parent_id == each.pk]) for each in rows if not each.parent_id]
    return render(request, "centre/categories.html", {"tree": tree, "form": form}, status=422 if posted else 200)


@reads_and_posts
@in_centre
def category(request: SignedInRequest, pk: int) -> HttpResponse:
    """Rename, move, retire or bring back; remove what nothing was filed under."""
    found = get_object_or_404(catalogue.categories(), pk=pk)
    act = request.POST.get("act", "")
    first = {"name_zh_hans": found.name_zh_hans, "name_en": found.name_en, "parent": found.parent_id}  # type: ignore[attr-defined]
    form = CategoryForm(request.POST if act == "save" else None, category=found, initial=first)
    into = MergeCategoryForm(request.POST if act == "merge" else None, category=found)
    verbs = {
        "save": lambda: catalogue.change_category(
            found, by=request.user, names=form.names(), parent=form.cleaned_data["parent"]
        ),
        "merge": lambda: catalogue.merge_category(found, into.cleaned_data["into"], by=request.user),
        "retire": lambda: catalogue.retire_category(found, by=request.user, active=False),
        "restore": lambda: catalogue.retire_category(found, by=request.user, active=True),
        "remove": lambda: catalogue.remove_category(found, by=request.user),
    }
    if request.method == "POST" and _did(request, into if act == "merge" else form, verbs, act):
        return redirect("centre:categories")
    open_ones = HelpRequest.objects.all().open().filter(category=found).count()
    context = {"category": found, "form": form, "into": into, "open_ones": open_ones}
    return render(request, "centre/category.html", context, status=422 if request.method == "POST" else 200)


@reads_and_posts
@in_centre
def tags(request: SignedInRequest) -> HttpResponse:
    """All tags with how often each is used, newest first."""
    if request.method == "POST":
        return redirect("centre:tags")
    used = Tag.objects.annotate(used=Count("uses"))
    page = paginate(used, order=[Order("id", desc=True)], cursor=request.GET.get("cursor"), size=50)
    return render(request, "centre/tags.html", {"page": page})


@reads_and_posts
@in_centre
def tag(request: SignedInRequest, pk: int) -> HttpResponse:
    """Rename in both languages, merge into another, remove."""
    found: Any = get_object_or_404(Tag.objects.annotate(used=Count("uses")), pk=pk)
    act = request.POST.get("act", "")
    names = {"name_zh_hans": found.name_zh_hans, "name_en": found.name_en}
    rename = TagForm(request.POST if act == "save" else None, initial=names)
    into = MergeTagForm(request.POST if act == "merge" else None, tag=found)
    verbs = {
        "save": lambda: catalogue.rename_tag(found, by=request.user, names=rename.names()),
        "merge": lambda: catalogue.merge_tags(found, into.cleaned_data["into"], by=request.user),
        "remove": lambda: catalogue.remove_tag(found, by=request.user),
    }
    if request.method == "POST" and _did(request, into if act == "merge" else rename, verbs, act):
        return redirect("centre:tags")
    context = {"tag": found, "form": rename, "into": into}
    return render(request, "centre/tag.html", context, status=422 if request.method == "POST" else 200)


@reads_and_posts
@in_centre
def usual_steps(request: SignedInRequest) -> HttpResponse:
    """A form for each type of requests."""
    kept = {each.type: each for each in UsualSteps.objects.all()}
    chosen = request.POST.get("type", "")
    if request.method == "POST" and chosen not in RequestType.values:
        raise Http404
    forms = [
        (type, label, StepsForm(request.POST if type == chosen else None, kept=kept.get(type), prefix=type))
        for type, label in RequestType.choices
    ]
    form = next((each for type, _label, each in forms if type == chosen), None)
    if form is not None:
        verbs = {"save": lambda: catalogue.set_usual_steps(chosen, by=request.user, steps=form.cleaned_data)}
        if _did(request, form, verbs, "save"):
            return redirect("centre:usual-steps")
    return render(request, "centre/usual_steps.html", {"forms": forms}, status=422 if form else 200)


def _did(request: SignedInRequest, form: Any, verbs: dict[str, Any], act: str) -> bool:
    """Call the verb that the button names; a refusal is the form's error."""
    if act not in verbs:
        raise Http404
    if form.is_bound and not form.is_valid():
        return False
    try:
        verbs[act]()
    except Refused as refused:
        if form.is_bound:
            form.add_error(None, str(refused))
        else:
            messages.error(request, str(refused))
        return False
    messages.success(request, _("Kept."))
    return True
