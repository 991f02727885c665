"""For officials: what falls due on policies, and settling it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from policies import rules
from policies.models import PolicyTask
from policies.upkeep.forms import SettleForm
from policies.upkeep.settling import may_settle, settle
from policies.upkeep.words import cause, names_of
from portal.core.access import Refused, roles_required
from portal.core.calendar import local_day
from portal.core.keyset import Order, paginate

OPEN_ORDER = [Order("due_on"), Order("id")]
DONE_ORDER = [Order("done_at", desc=True, nulls_last=True), Order("id", desc=True)]


@require_safe
@roles_required(*rules.READERS)
def tasks(request: SignedInRequest) -> HttpResponse:
    done = request.GET.get("show") == "settled"
    rows = PolicyTask.objects.select_related("policy", "done_by").defer("policy__search")
    rows = rows.exclude(done_at=None) if done else rows.open()
    page = paginate(rows, order=DONE_ORDER if done else OPEN_ORDER, cursor=request.GET.get("cursor"))
    context = {"page": page, "rows": _rows(page.rows), "done": done, "tabs": _tabs(done)}
    return render(request, "publishing/tasks.html", context)


def _tabs(done: bool) -> list[dict[str, Any]]:
    return [
        {"label": _("To be settled"), "url": "?", "current": not done, "count": PolicyTask.objects.open().count()},
        {"label": _("Settled"), "url": "?show=settled", "current": done, "count": None},
    ]


def _rows(tasks: list[PolicyTask]) -> list[dict[str, Any]]:
    day, names = local_day(), names_of(tasks)
    return [
        {"task": task, "name": names[task.pk], "cause": cause(task.kind, task.about), "late": task.overdue_on(day)}
        for task in tasks
    ]


@roles_required(*rules.READERS)
def task(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(PolicyTask.objects.select_related("policy", "done_by").defer("policy__search"), pk=pk)
    verdict = may_settle(request.user, found)
    form = SettleForm(request.POST if request.method == "POST" else None, task=found)
    if request.method == "POST" and not verdict:
        messages.error(request, str(verdict.reason))
    elif request.method == "POST" and form.is_valid():
        try:
            settle(found, by=request.user, **form.cleaned_data)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Settled. The note stays with the policy's tasks."))
            return redirect("publishing:tasks")
    context = {**_rows([found])[0], "form": form, "may_settle": verdict}
    return render(request, "publishing/task.html", context)
