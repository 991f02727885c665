"""What waits for whom at the publishing desk; finding a published policy by its name."""

from django.db.models import Count, Q, QuerySet

from accounts.enums import Role
from accounts.models import User
from policies.attachments.names import that_lack_names
from policies.content import TEXTS
from policies.enums import RevisionState
from policies.models import Policy, PolicyQuerySet, Revision
from policies.rules import OPEN, WRITABLE
from portal.core import bilingual

TABS = ("mine", "drafts", "texts", "review", "scheduled", "published")


def lacking(prefix: str = "") -> Q:
    """A text in one language only. `prefix`: "content__" for revisions, nothing for policies."""
    condition = Q()
    for field in TEXTS:
        zh, en = (_empty(f"{prefix}{column}", prefix) for column in bilingual.columns(field))
        condition |= (zh & ~en) | (~zh & en)
    return condition


def _empty(column: str, prefix: str) -> Q:
    return Q(**{column: ""}) if prefix else Q(**{column: ""}) | Q(**{f"{column}__isnull": True})


def lists_for(user: User) -> dict[str, Q]:
    """The open revisions of each tab."""
    writable = Q(state__in=WRITABLE)
    return {
        "mine": writable & Q(author=user),
        "drafts": writable & ~Q(author=user),
        "texts": writable & (lacking("content__") | Q(that_lack_names("content__attachments")) | ~Q(stale=[])),
        "review": Q(state=RevisionState.IN_REVIEW),
        "scheduled": Q(state=RevisionState.SCHEDULED),
    }


def counts_for(user: User) -> dict[str, int]:
    """How much is on each tab; one query."""
    asked = {name: Count("pk", filter=condition) for name, condition in lists_for(user).items()}
    return Revision.objects.filter(state__in=OPEN).aggregate(**asked)


def revisions_on(tab: str, user: User) -> QuerySet[Revision]:
    rows = Revision.objects.filter(lists_for(user)[tab]).select_related("policy", "author", "reviewer")
    return rows.annotate(unnamed=that_lack_names("content__attachments"))


def first_tab(user: User) -> str:
    """Where each role's own work lies."""
    if user.has_role(Role.EDITOR):
        return "mine"
    if user.has_role(Role.REVIEWER):
        return "review"
    return "texts" if user.has_role(Role.TRANSLATOR) else "published"


def published(words: str = "", *, only_gaps: bool = False) -> PolicyQuerySet:
    policies = Policy.objects.published()
    if words:
        policies = policies.filter(_called(words))
    if only_gaps:
        policies = policies.filter(lacking() | ~Q(stale=[]))
    return policies


def named(policies: PolicyQuerySet, text: str) -> PolicyQuerySet:
    """Those that a title, a document number or an address means: the exact one if there is one, else all that fit."""
    slug = text.rstrip("/").rpartition("/")[2]
    exact = policies.filter(
        Q(slug=slug) | Q(document_number=text) | Q(title_zh_hans__iexact=text) | Q(title_en__iexact=text)
    )
    return exact if exact.exists() else policies.filter(_called(text)).order_by("-published_at", "-pk")


def _called(text: str) -> Q:
    return Q(title_zh_hans__icontains=text) | Q(title_en__icontains=text) | Q(document_number__icontains=text)
