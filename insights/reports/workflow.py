"""A report's way: written → handed in → approved and published, or sent back; what is published is corrected by a new
edition alone."""

from collections.abc import Callable, Mapping

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from insights.models import Report, ReportState
from insights.reports.composing import facts_of
from insights.reports.rules import may_approve, may_write
from notices.workflow import Text, notify
from portal.core.access import Refused, require
from portal.core.templatetags.ui import month as month_words

S = ReportState
FIELDS = tuple(f"{name}_{language}" for name in ("words", "remarks", "changes") for language in ("zh_hans", "en"))
# Verb → states in which it can be done.
TRANSITIONS: Mapping[str, tuple[str, ...]] = {
    "write": (S.DRAFT,),
    "renew": (S.DRAFT,),
    "hand_in": (S.DRAFT,),
    "send_back": (S.WAITING,),
    "publish": (S.WAITING,),
    "correct": (S.PUBLISHED,),
}


@transaction.atomic
def write(report: Report, *, by: User, texts: Mapping[str, str], seen: int | None = None) -> Report:
    """Keep the words. `seen`: the version that the page showed; refused where somebody else wrote meanwhile."""
    require(may_write(by))
    row = _locked(report, "write")
    if seen is not None and seen != row.lock_version:
        raise Refused(_("Somebody else changed this report meanwhile. Your words are still here: compare, save again."))
    for name in FIELDS:
        if name in texts:
            setattr(row, name, texts[name].strip())
    row.written_by = by
    return _saved(row, *FIELDS, "written_by")


@transaction.atomic
def renew(report: Report, *, by: User) -> Report:
    """The figures as they stand now, while the report is being written."""
    require(may_write(by))
    row = _locked(report, "renew")
    row.facts, row.composed_at = facts_of(row.month), timezone.now()
    return _saved(row, "facts", "composed_at")


@transaction.atomic
def hand_in(report: Report, *, by: User) -> Report:
    """To be approved; everything said is said in both languages."""
    require(may_write(by))
    row = _locked(report, "hand_in")
    missing = [name for name in _needed(row) if not getattr(row, name)]
    if missing:
        raise Refused(_("Write the introduction, the remarks and what is corrected in both languages, or in none."))
    if not row.words:
        raise Refused(_("Write an introduction first."))
    if row.edition > 1 and not row.changes:
        raise Refused(_("Say what this edition corrects."))
    row.state, row.written_by, row.returned_why = S.WAITING, by, ""
    return _saved(row, "state", "written_by", "returned_why")


@transaction.atomic
def send_back(report: Report, *, by: User, reason: str) -> Report:
    """To its writer, who is told why."""
    require(may_approve(by, report))
    if not reason.strip():
        raise Refused(_("Say why it is sent back."))
    row = _locked(report, "send_back")
    require(may_approve(by, row))
    row.state, row.returned_why = S.DRAFT, reason.strip()
    _saved(row, "state", "returned_why")
    _tell_writer(row, lambda: _("The report on %(month)s was sent back"), row.returned_why)
    return row


@transaction.atomic
def publish(report: Report, *, by: User) -> Report:
    """Approve it and put it before the public. Refused for whoever wrote it."""
    require(may_approve(by, report))
    row = _locked(report, "publish")
    require(may_approve(by, row))
    row.state, row.published_by, row.published_at = S.PUBLISHED, by, timezone.now()
    _saved(row, "state", "published_by", "published_at")
    _tell_writer(row, lambda: _("The report on %(month)s is published"), "")
    return row


@transaction.atomic
def correct(report: Report, *, by: User) -> Report:
    """A new edition with the words of the last and the figures as they stand now. Refused while one is in work."""
    require(may_write(by))
    row = _locked(report, "correct")
    editions = Report.objects.filter(month=row.month)
    if editions.exclude(state=S.PUBLISHED).exists():
        raise Refused(_("A new edition of this report is being written already."))
    latest = editions.order_by("-edition")[0]
    kept = {name: getattr(latest, name) for name in FIELDS if not name.startswith("changes")}
    return Report.objects.create(
        month=row.month, edition=latest.edition + 1, facts=facts_of(row.month), written_by=by, **kept
    )


def _needed(row: Report) -> list[str]:
    """Texts that stand in one language have to stand in the other."""
    pairs = [(f"{name}_zh_hans", f"{name}_en") for name in ("words", "remarks", "changes")]
    return [name for pair in pairs if any(getattr(row, each) for each in pair) for name in pair]


def _locked(report: Report, verb: str) -> Report:
    # The month's first edition stands for all of them, so that two corrections at once wait for each other.
    Report.objects.select_for_update().filter(month=report.month).order_by("pk").first()
    row = Report.objects.select_for_update().get(pk=report.pk)
    if row.state not in TRANSITIONS[verb]:
        raise Refused(_("This report is “%(state)s” now; that can't be done.") % {"state": row.get_state_display()})
    return row


def _saved(row: Report, *names: str) -> Report:
    row.lock_version += 1
    row.save(update_fields=[*names, "lock_version"])
    return row


def _tell_writer(row: Report, subject: Callable[[], str], body: str) -> None:
    if row.written_by is None:
        return
    notify(
        row.written_by,
        key=f"report:{row.pk}:{row.lock_version}",
        kind="report",
        text=lambda: Text(
            subject() % {"month": month_words(row.month)}, body, reverse("insights:report-desk", args=[row.pk])
        ),
    )
