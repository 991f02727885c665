"""Writing a policy in Chinese and English side by side."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms.boundfield import BoundField
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.http import SignedInRequest
from policies import rules, workflow
from policies.attachments.rows import AttachmentRows, brought_together
from policies.content import COLUMNS, TEXT_COLUMNS
from policies.eligibility.forms import BaseCriteria, criteria_rows
from policies.glossary.terms import hints
from policies.labels import column_label, field_label, listed
from policies.models import GlossaryTerm, Revision
from policies.notices import title_of
from policies.publishing.differences import Mark, differences
from policies.publishing.drafts import blank
from policies.publishing.forms import HINTS, RevisionForm
from policies.publishing.merging import Merged, merge
from policies.publishing.side_by_side import facts_of, pairs_of, remarks_on
from policies.publishing.staleness import text_of
from policies.publishing.trying import Trying, trying
from policies.publishing.views import TONES, revision_or_404
from portal.core.access import Refused, roles_required

UNJUDGED = {"more", "try"}  # buttons that save nothing


@dataclass
class Sheet:
    """The forms of one page: the texts and facts, the rows of criteria, the attachments."""

    form: RevisionForm
    rows: BaseCriteria
    attachments: AttachmentRows

    @property
    def sound(self) -> bool:
        form, rows = self.form.is_valid(), self.rows.is_valid()
        return form and rows and self.attachments.sound

    def content(self) -> dict[str, Any]:
        return self.form.values() | {"criteria": self.rows.conditions, "attachments": self.attachments.keys}


@roles_required(Role.EDITOR)
def new(request: SignedInRequest) -> HttpResponse:
    sheet = _sheet(request, blank(), None)
    if _wants_saving(request) and sheet.sound:
        try:
            revision = workflow.begin(
                by=request.user, content=sheet.content(), slug=sheet.form.cleaned_data.get("slug", "")
            )
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            return _after_saving(request, revision)
    return _page(request, sheet, None)


@roles_required(*rules.READERS)
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Whoever may not write it (now) is led to the page that shows it."""
    revision = revision_or_404(pk)
    verdict = rules.may_write(request.user, revision)
    if not verdict:
        if request.method == "POST":
            messages.error(request, str(verdict.reason))
        return redirect("publishing:review", pk=pk)
    sheet = _sheet(request, revision.content, revision)
    if _wants_saving(request) and sheet.sound:
        try:
            saved = workflow.save_revision(
                revision,
                by=request.user,
                content=sheet.content(),
                seen=_seen(request),
                confirmed=[name for name in request.POST.getlist("confirmed") if name in TEXT_COLUMNS],
                slug=sheet.form.cleaned_data.get("slug"),
            )
        except workflow.Overtaken as overtaken:
            return _overtaken(request, overtaken, sheet)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            return _after_saving(request, saved)
    return _page(request, sheet, revision)


def _wants_saving(request: SignedInRequest) -> bool:
    return request.method == "POST" and not UNJUDGED & request.POST.keys()


def _seen(request: SignedInRequest) -> int:
    text = request.POST.get("lock_version", "")
    if not text.isdecimal() or len(text) > 9:
        raise Http404
    return int(text)


def _sheet(request: SignedInRequest, content: dict[str, Any], revision: Revision | None) -> Sheet:
    """What is stored; what was sent; or, when rows were asked for or tried out, what was sent but is not judged yet."""
    texts_only = not rules.may_change_facts(request.user)
    sent = request.POST if request.method == "POST" else None
    more = sent is not None and bool(UNJUDGED & sent.keys())
    form = RevisionForm(
        None if more else sent,
        content=content,
        policy=revision.policy if revision else None,
        texts_only=texts_only,
        typed=_as_sent(sent) if more and sent else None,
    )
    wanted = sent.get("more", "") if sent else ""
    rows = criteria_rows(sent, content.get("criteria") or [], texts_only=texts_only, more=wanted)
    attachments = AttachmentRows(content)
    if sent is not None:
        files = request.FILES.getlist("files")
        attachments = AttachmentRows.sent(content, sent, files, by=request.user, texts_only=texts_only)
    return Sheet(form, rows, attachments)


def _as_sent(sent: Any) -> dict[str, Any]:
    """What the fields show again, not judged yet."""
    fields = RevisionForm.base_fields
    facts = {name: fields[name].widget.value_from_datadict(sent, {}, name) for name in fields}
    return facts | {column: sent.get(column, "") for column in TEXT_COLUMNS}


def _after_saving(request: SignedInRequest, revision: Revision) -> HttpResponse:
    """Saved; and sent to review, if that was the button and nothing is missing."""
    if "send" not in request.POST:
        messages.success(request, _("The draft is saved."))
        return redirect("publishing:edit", pk=revision.pk)
    try:
        workflow.send_to_review(revision, by=request.user)
    except Refused as refused:
        messages.warning(request, _("The draft is saved, but it was not sent. %(reason)s") % {"reason": str(refused)})
        return redirect("publishing:edit", pk=revision.pk)
    messages.success(request, _("Sent to review. You will hear when somebody has published or returned it."))
    return redirect("publishing:review", pk=revision.pk)


def _overtaken(request: SignedInRequest, overtaken: workflow.Overtaken, sheet: Sheet) -> HttpResponse:
    """Nothing is saved and nothing is lost: both texts come together in the form, and the person decides."""
    current, mine = overtaken.current, sheet.content()
    earlier = current.audit_rows.filter(lock_version=_seen(request)).order_by("-pgh_id").first()  # type: ignore[attr-defined]
    merged = merge(earlier.content if earlier else None, mine, current.content, COLUMNS)
    texts_only = not rules.may_change_facts(request.user)
    lists = (each.get("attachments") or [] for each in (earlier.content if earlier else {}, mine, current.content))
    merged.content["attachments"] = brought_together(*lists)
    typed = {**sheet.form.cleaned_data, **_typed(merged)}
    form = RevisionForm(content=current.content, policy=current.policy, texts_only=texts_only, typed=typed)
    rows = criteria_rows(None, merged.content["criteria"], texts_only=texts_only)
    again = Sheet(form, rows, AttachmentRows(merged.content))
    clash = {
        "reason": str(overtaken),
        "at": current.changed_at,
        "taken": listed(merged.taken),
        "texts": _clashes(merged, current),
        "facts": listed(name for name in merged.clashes if name not in TEXT_COLUMNS),
    }
    return _page(request, again, current, clash=clash, status=409)


def _typed(merged: Merged) -> dict[str, Any]:
    return {name: value for name, value in merged.content.items() if name not in ("translated", "criteria")}


def _clashes(merged: Merged, current: Revision) -> list[tuple[str, str, list[Mark]]]:
    """(label, language, from theirs to mine) of every text that both changed."""
    columns = [column for column in merged.clashes if column in TEXT_COLUMNS]
    return [
        (
            column_label(column),
            "en" if column.endswith("_en") else "zh-Hans",
            differences(text_of(current.content, column), text_of(merged.content, column)),
        )
        for column in columns
    ]


def _page(
    request: SignedInRequest, sheet: Sheet, revision: Revision | None, *, clash: Any = None, status: int = 200
) -> HttpResponse:
    sheet.rows.say()
    content = revision.content if revision else {}
    texts_only = not rules.may_change_facts(request.user)
    said = remarks_on(revision) if revision else []
    pairs = pairs_of(content, revision.stale if revision else [], remarks=said)
    known = list(GlossaryTerm.objects.all())
    for pair in pairs:
        pair.hint = HINTS.get(pair.name, "")
        for side in pair.sides:
            side.bound = sheet.form[side.column]
        chinese, english = (str(side.bound.value() or "") for side in pair.sides)
        pair.hints = hints(chinese, english, known)
    context = {
        "revision": revision,
        "title": title_of(revision) if revision else "",
        "tone": TONES[revision.state] if revision else "quiet",
        "form": sheet.form,
        "rows": sheet.rows,
        "attachments": sheet.attachments,
        "pairs": pairs,
        "lock_version": _shown_version(request, revision, clash),
        "groups": [] if texts_only else _groups(sheet.form),
        "facts": facts_of(content) if revision else [],
        "texts_only": texts_only,
        "remarks": [(field_label(each.field) if each.field else "", each) for each in said],
        "needed": (*rules.MANDATORY_TEXTS, *rules.MANDATORY_FACTS),
        "gaps": listed(rules.gaps(content)) if revision else "",
        "stale": listed(revision.stale) if revision else "",
        "clash": clash,
        "trying": _trying(request, sheet),
        "may_send": request.user.has_role(Role.EDITOR),
        "may_discard": rules.may_discard(request.user, revision) if revision else False,
    }
    return render(request, "publishing/edit.html", context, status=status)


def _trying(request: SignedInRequest, sheet: Sheet) -> Trying:
    """The panel in which the criteria are tried out as they are in the form."""
    rows = sheet.rows
    wrong = [] if rows.is_valid() else rows.wrong
    criteria = [] if wrong else rows.conditions
    return trying(request.POST, criteria, owner="write", words=rows.form_kwargs["words"], wrong=wrong)


def _shown_version(request: SignedInRequest, revision: Revision | None, clash: Any) -> int:
    """What the form was written from: shown again as it was sent until the person has seen what came between."""
    if revision is None:
        return 0
    return _seen(request) if request.method == "POST" and not clash else revision.lock_version


DOCUMENT_DATES = ("issued_on", "disclosed_on", "effective_from", "effective_to")


def _groups(form: RevisionForm) -> list[tuple[str, list[BoundField]]]:
    """The plain facts, a heading for each handful."""
    groups = (
        (_("What it is"), ("level", "category", "support_type", "mode", "department_id")),
        (_("Amount"), ("max_amount_cny", "repeat_limit", "excludes")),
        (_("Document"), ("document_number", *DOCUMENT_DATES, "source_url")),
        (_("Applications"), ("window_opens", "window_closes")),
        (_("On the portal"), ("slug", "for_reference")),
    )
    return [(title, [form[name] for name in names if name in form.fields]) for title, names in groups]
