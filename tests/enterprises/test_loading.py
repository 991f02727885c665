"""The taxonomies enter in both languages and can be brought in again."""

import pytest
from django.core.management import call_command

from enterprises.loading import load_taxonomies
from enterprises.models import Industry, Park, Subdistrict, Title

pytestmark = pytest.mark.django_db


def test_taxonomies_are_loaded_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_taxonomies")
    assert "151 new, 0 changed, 0 unchanged" in capsys.readouterr().out
    assert Industry.objects.count() == 117
    assert Industry.objects.get(pk="I65").section == "I"
    assert Subdistrict.objects.count() == 8
    assert Title.objects.count() == 9
    for model in (Industry, Subdistrict, Park, Title):
        assert not model.objects.filter(name_zh_hans__in=["", None]).exists()
        assert not model.objects.filter(name_en__in=["", None]).exists()


def test_service_points_house_no_enterprises() -> None:
    load_taxonomies()
    assert Park.objects.filter(pk="zhangjiang-hongkou-park").exists()
    assert not Park.objects.filter(pk="hongkou-government-service-center").exists()


def test_loading_again_changes_only_what_differs() -> None:
    load_taxonomies()
    Title.objects.filter(pk="srdi").update(name_en="something else")
    assert load_taxonomies()["changed"] == 1
    assert Title.objects.get(pk="srdi").name_en.startswith("Specialised")
    assert load_taxonomies() == {"unchanged": 151}
