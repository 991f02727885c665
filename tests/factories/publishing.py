"""Officials, and drafts on their way."""

from datetime import timedelta
from typing import Any

from policies import workflow
from policies.models import Revision
from policies.publishing import scheduling
from portal.core.calendar import local_day
from tests.factories.accounts import UserFactory

CONTENT = {
    "title_zh_hans": "虚构补贴",
    "title_en": "Fictional subsidy",
    "issuer_zh_hans": "虚构委员会",
    "issuer_en": "Fictional Commission",
    "summary_zh_hans": "给企业的补贴。",
    "summary_en": "A subsidy for enterprises.",
    "category": "finance",
    "support_type": "subsidy",
    "criteria": [{"field": "employees", "op": "gte", "value": 10}],
}


def editor(**fields: Any) -> Any:
    return UserFactory(roles=["editor"], **fields)


def reviewer(**fields: Any) -> Any:
    return UserFactory(roles=["reviewer"], **fields)


def translator(**fields: Any) -> Any:
    return UserFactory(roles=["translator"], **fields)


def draft(by: Any = None, **content: Any) -> Revision:
    """A complete draft; `content` changes columns of it."""
    return workflow.begin(by=by or editor(), content={**CONTENT, **content})


def in_review(by: Any = None, **content: Any) -> Revision:
    revision = draft(by, **content)
    assert revision.author is not None
    return workflow.send_to_review(revision, by=revision.author)


def scheduled(by: Any = None, reviewed_by: Any = None, days: int = 7, **content: Any) -> Revision:
    """Approved, to be published in so many days."""
    revision, day = in_review(by, **content), local_day() + timedelta(days=days)
    return scheduling.schedule(revision, on=day, by=reviewed_by or reviewer(), seen=revision.lock_version)


def published(by: Any = None, reviewed_by: Any = None, **content: Any) -> Revision:
    """A published first version; its policy is `.policy`."""
    revision = in_review(by, **content)
    workflow.publish(revision, by=reviewed_by or reviewer(), seen=revision.lock_version)
    return Revision.objects.select_related("policy", "author").get(pk=revision.pk)
