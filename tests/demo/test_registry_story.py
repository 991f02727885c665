"""The demonstration's extract is plainly made up and waits to be looked at; nothing of it is taken over."""

from typing import Any

import pytest

from accounts.enums import Role
from enterprises import credit_code
from enterprises.loading import load_taxonomies
from enterprises.models import Enterprise, RegistryImport, RegistryRow
from portal.demo.clock import Clock
from portal.demo.registry_story import NEW, registry_acts
from portal.demo.story import Story
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory


@pytest.mark.django_db
def test_an_extract_waits(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    load_taxonomies()
    EnterpriseFactory(employees=12, credit_code=credit_code.make(5))
    story, clock = Story(people={"zhou": UserFactory(roles=[Role.ADMIN])}, enterprises={}), Clock()
    for act in registry_acts(story, clock):
        with clock.at(act.moment):
            act.happen()
    found = RegistryImport.objects.get()
    assert (found.state, found.counts) == ("read", {"new": 3, "changed": 1, "wrong": 1})
    assert found.unknown_columns == ["登记机关"]
    assert Enterprise.objects.count() == 1
    wrong = RegistryRow.objects.get(kind="wrong")
    assert {code for _column, code in wrong.problems} == {"date", "number"}
    assert RegistryRow.objects.get(kind="changed").changes["employees"] == 19


def test_its_names_are_plainly_fictional_in_both_languages() -> None:
    assert all("虚构" in row[1] and "fictional" in row[2] for row in NEW)
