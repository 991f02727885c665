"""An extract as it was read; and what tests/test_access_matrix.py asks for."""

from typing import Any

from enterprises import credit_code
from enterprises.models import RegistryImport, RegistryRow
from portal.core.calendar import local_day
from tests.factories.accounts import UserFactory

TABLE: dict[str, tuple[str, str]] = {
    **{f"registry:{name}": ("G", "a") for name in ("list", "extract", "wrong")},
    "registry:taken": ("G", "a"),
    "registry:act": ("P", "a"),
}
NO_PAGES = {"registry:wrong"}


def extract(**facts: Any) -> RegistryImport:
    """With one row of each of two kinds."""
    given = {"name": "extract.csv", "extract_on": local_day(), "state": "read", "counts": {"new": 1, "wrong": 1}}
    made = RegistryImport.objects.create(
        **given | {"by": facts.pop("by", None) or UserFactory(roles=["admin"])} | facts
    )
    code = credit_code.make(70_001)
    RegistryRow.objects.create(extract=made, line=2, credit_code=code, facts={"name_zh_hans": "虚构企业有限公司"})
    RegistryRow.objects.create(
        extract=made, line=3, kind="wrong", problems=[["employees", "number"]], cells=["", "虚构企业二有限公司", "很多"]
    )
    return made


def addresses() -> dict[str, list[Any]]:
    return {
        "registry:extract": [extract().pk],
        "registry:wrong": [extract().pk],
        "registry:taken": [extract(state="done").pk, "new"],
        "registry:act": [extract().pk, "drop"],
    }
