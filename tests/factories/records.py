"""Records merged into others; and what tests/test_access_matrix.py asks for."""

from typing import Any

from accounts.enums import Role
from accounts.models import ErasureRequest
from enterprises.models import Enterprise, MergeRecord
from enterprises.records import merging
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory

TABLE: dict[str, tuple[str, str]] = {
    **{f"records:{name}": ("G", "a") for name in ("list", "standing", "head", "find", "merge")},
    "records:split": ("P", "a"),
    "home:record": ("G", "a"),
    "home:missing": ("G", "os"),
    "home:my-data": ("G", "ostchelradu"),
    "home:my-file": ("P", "ostchelradu"),
    "home:erasure-take-back": ("P", "ostchelradu"),
    **{f"home:{name}": ("G", "a") for name in ("erasures", "erasure")},
}


def merged(keep: Enterprise | None = None, drop: Enterprise | None = None, by: Any = None, **how: Any) -> MergeRecord:
    by = by or UserFactory(roles=[Role.ADMIN])
    how = {"reason": "One licence"} | how
    return merging.merge(keep or EnterpriseFactory(), drop or EnterpriseFactory(), by=by, **how)


def addresses() -> dict[str, list[Any]]:
    one, other = EnterpriseFactory(), EnterpriseFactory()
    return {
        **{f"records:{name}": [one.pk] for name in ("standing", "head", "find")},
        "records:merge": [one.pk, other.pk],
        "records:split": [merged().pk],
        "home:record": [one.pk],
        "home:erasure": [ErasureRequest.objects.create(person=UserFactory()).pk],
    }
