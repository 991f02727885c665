"""One row of a confirmed import becomes a draft, by the same verbs as if an editor had typed it, or says why not."""

from collections.abc import Callable

from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from policies import rules as policy_rules
from policies import workflow
from policies.enums import Act, ImportOutcome, ImportRowKind
from policies.exchange import rules
from policies.exchange.columns import SLUG
from policies.exchange.recognising import Ambiguous, Known
from policies.models import ImportRow, Policy, Revision
from policies.publishing.drafts import blank
from portal.core import bilingual
from portal.core.access import Refused, require

LOCK = 0x494D50  # of pg_advisory_xact_lock: new policies come one at a time, or two files would bring the same twice


class Overtaken(Refused):
    """Something came between the preview and now; `say` words it in the active language."""

    def __init__(self, say: Callable[[], str]) -> None:
        self.say = say
        super().__init__(say())


def settle(row: ImportRow, by: User) -> None:
    """Write the revision of one row, and send it on where it is complete; or say why not."""
    try:
        with transaction.atomic():
            require(rules.may_import(by))
            revision = _begun(row, by) if row.kind == ImportRowKind.NEW else _revised(row, by)
            workflow.log(revision, by, Act.IMPORTED, f"{row.batch.name} · {row.number}")
    except Overtaken as overtaken:
        row.outcome, row.said = ImportOutcome.REFUSED, _in_both(overtaken.say)
        return
    except Refused as refused:
        row.outcome, row.said = ImportOutcome.REFUSED, dict.fromkeys(bilingual.LANGUAGES, str(refused))
        return
    row.revision, row.policy = revision, revision.policy
    if policy_rules.may_send(by, revision):
        workflow.send_to_review(revision, by=by, tell=False)
        row.outcome = ImportOutcome.REVIEW
    else:
        row.outcome = ImportOutcome.DRAFT
        row.said = _in_both(lambda: str(policy_rules.may_send(by, revision).reason))


def _in_both(say: Callable[[], str]) -> dict[str, str]:
    said = {}
    for language in bilingual.LANGUAGES:
        with translation.override(language):
            said[language] = say()
    return said


def _begun(row: ImportRow, by: User) -> Revision:
    """A new policy, unless there is one by now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    content = row.content | ({SLUG: row.slug} if row.slug else {})
    try:
        policy = Known([content]).find(content)
    except Ambiguous as ambiguous:
        raise Refused(ambiguous) from None
    if policy:
        slug = policy.slug
        raise Overtaken(lambda: _("Since the preview this policy has been begun: %(slug)s.") % {"slug": slug})
    return workflow.begin(by=by, content=row.content, slug=row.slug)


def _revised(row: ImportRow, by: User) -> Revision:
    """A new version of a policy that is as it was in the preview, and that nobody else is writing."""
    policy = _published(row)
    if policy is None:
        raise Overtaken(lambda: _("This policy is gone since the preview."))
    known = policy.revisions.filter(state__in=policy_rules.OPEN).select_related("author").first()
    if known:
        name = known.author.name if known.author else ""
        raise Overtaken(lambda: _("Since the preview %(name)s has begun a new version.") % {"name": name})
    if policy.version != row.seen:
        raise Overtaken(
            lambda: _("Since the preview version %(number)s has been published.") % {"number": policy.version}
        )
    revision = workflow.revise(policy, by=by)
    content = blank() | revision.content | row.content
    return workflow.save_revision(revision, by=by, content=content, seen=revision.lock_version)


def _published(row: ImportRow) -> Policy | None:
    published = Policy.objects.published().select_for_update(of=("self",))
    return published.filter(pk=row.policy_id).first() if row.policy_id else None
