"""Industry chains: written by the service centre alone, counted from the kept figures, small shares kept back."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from enterprises.models import Industry
from insights import chains, rollups, workflow
from insights.models import Chain, ChainStep, MapPeriod
from portal.core.access import Refused
from tests.factories.accounts import UserFactory
from tests.factories.insights import chain, many, taxonomies

pytestmark = pytest.mark.django_db
Sign = Callable[[Any], Client]
URL = "/en/map/chains/"
WORDS = {"name_zh_hans": "集成电路", "name_en": "Chips", "about_zh_hans": "", "about_en": ""}
STEP = {"name_zh_hans": "设计", "name_en": "Design", "stream": "up", "position": "1", "divisions": ["I65"]}


@pytest.fixture
def admin() -> Any:
    return UserFactory(roles=["admin"])


def test_written_changed_and_removed(as_user: Sign, admin: Any) -> None:
    taxonomies()
    desk = as_user(admin)
    response = desk.post(f"{URL}new/", WORDS)
    row = Chain.objects.get()
    assert response.headers["Location"] == f"{URL}{row.pk}/"
    assert desk.post(f"{URL}{row.pk}/edit/", WORDS | {"name_en": "Semiconductors"}).status_code == 302
    assert desk.post(f"{URL}{row.pk}/steps/new/", STEP).status_code == 302
    step = row.steps.get()
    assert desk.get(f"{URL}{row.pk}/steps/{step.pk}/").status_code == 200
    assert desk.post(f"{URL}{row.pk}/steps/{step.pk}/", STEP | {"divisions": ["C26", "I64"]}).status_code == 302
    assert [each.code for each in step.divisions.order_by("code")] == ["C26", "I64"]
    text = desk.get(f"{URL}{row.pk}/").content.decode()
    assert "Semiconductors" in text
    assert "Gap: none here" in text
    for _twice in range(2):
        assert desk.post(f"{URL}{row.pk}/steps/{step.pk}/drop/").status_code == 302
    for _twice in range(2):
        assert desk.post(f"{URL}{row.pk}/drop/").status_code == 302
    assert not Chain.objects.exists()
    trail = apps.get_model("insights", "ChainEvent").objects.values_list("pgh_label", "name_en")
    assert list(trail.order_by("pgh_id")) == [
        ("insert", "Chips"),
        ("update", "Semiconductors"),
        ("delete", "Semiconductors"),
    ]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (WORDS | {"name_en": " "}, "required"),
        (WORDS | {"name_zh_hans": ""}, "required"),
        (WORDS | {"about_en": "Only English"}, "in both languages, or leave it out"),
        (WORDS | {"name_en": "x" * 81}, "80"),
    ],
)
def test_a_chain_is_told_in_both_languages(as_user: Sign, admin: Any, form: dict[str, str], said: str) -> None:
    response = as_user(admin).post(f"{URL}new/", form)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Chain.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"divisions": []},
        {"divisions": ["I"]},
        {"divisions": ["Z99"]},
        {"stream": "sideways"},
        {"position": "-1"},
        {"name_en": ""},
    ],
)
def test_a_step_has_industries_and_a_place(as_user: Sign, admin: Any, wrong: dict[str, Any]) -> None:
    taxonomies()
    row = chain()
    assert as_user(admin).post(f"{URL}{row.pk}/steps/new/", STEP | wrong).status_code == 422
    assert row.steps.count() == 1


def test_steps_of_another_chain_are_not_there(as_user: Sign, admin: Any) -> None:
    row, other = chain(), chain()
    desk = as_user(admin)
    assert desk.get(f"{URL}{row.pk}/steps/{other.steps.get().pk}/").status_code == 404
    desk.post(f"{URL}{row.pk}/steps/{other.steps.get().pk}/drop/")
    assert other.steps.count() == 1
    assert desk.get(f"{URL}{row.pk + 999}/").status_code == 404


def test_only_the_service_centre_writes() -> None:
    row = chain()
    for roles in ([], ["steward"], ["editor"], ["leader"]):
        person = UserFactory(roles=roles)
        for verb, facts in (
            (workflow.keep_chain, (row,)),
            (workflow.keep_step, (row.steps.get(), [])),
            (workflow.drop_step, (row.steps.get(),)),
            (workflow.drop_chain, (row,)),
        ):
            with pytest.raises(Refused, match="Only the service centre"):
                verb(*facts, by=person)
    assert row.steps.count() == 1


def test_what_was_removed_meanwhile_is_not_written(admin: Any) -> None:
    row, divisions = chain(), list(Industry.objects.all())
    step = row.steps.get()
    step_again = ChainStep.objects.get(pk=step.pk)
    workflow.drop_step(step, by=admin)
    with pytest.raises(Refused, match="step was removed"):
        workflow.keep_step(step_again, divisions, by=admin)
    again = Chain.objects.get(pk=row.pk)
    workflow.drop_chain(row, by=admin)
    with pytest.raises(Refused, match="chain was removed"):
        workflow.keep_chain(again, by=admin)


def test_a_chain_has_only_so_many_steps(admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    row, divisions = chain(), list(Industry.objects.all())
    monkeypatch.setattr(workflow, "MOST_STEPS", 1)
    with pytest.raises(Refused, match="at most 1"):
        workflow.keep_step(ChainStep(chain=row, stream="up", name_zh_hans="一", name_en="One"), divisions, by=admin)


def test_what_a_step_tells(client: Client, as_user: Sign, admin: Any) -> None:
    areas, industries, _park = taxonomies()
    one, two, _three = areas.values()
    row = chain()
    many(6, subdistrict=one, industry=industries["I65"], annual_revenue_cny=10)
    many(1, subdistrict=two, industry=industries["I65"], annual_revenue_cny=940)
    few = ChainStep.objects.create(chain=row, stream="down", name_zh_hans="少", name_en="Few")
    few.divisions.add(industries["I64"])
    many(4, subdistrict=one, industry=industries["I64"])
    rollups.refresh()
    period = MapPeriod.objects.get()

    def told(whole: bool) -> list[tuple[Any, ...]]:
        found = [step for _name, steps in chains.streams(row, period, whole=whole) for step in steps]
        return [(s.enterprises, s.place, s.place_share, s.largest, s.on_one_place, s.on_one_enterprise) for s in found]

    assert told(whole=False) == [(7, "Area 0 Subdistrict", 86, None, True, False), (4, "", 0, None, False, False)]
    (first, second) = told(whole=True)
    assert (str(first[3]), first[5]) == ("94.0", True)
    assert second[:4] == (4, "Area 0 Subdistrict", 100, None)
    page = client.get(f"{URL}{row.pk}/").content.decode()
    assert "Hangs on one place" in page
    assert "Hangs on one enterprise" not in page
    assert "Hangs on one enterprise" in as_user(admin).get(f"{URL}{row.pk}/").content.decode()
    assert f"{URL}{row.pk}/" in client.get(URL).content.decode()


@pytest.mark.parametrize("most", [1, 3, 30])
def test_queries_do_not_grow(client: Client, django_assert_num_queries: Any, most: int) -> None:
    _areas, industries, _park = taxonomies()
    row = chain()
    for n in range(most):
        step = ChainStep.objects.create(chain=row, stream="up", name_zh_hans=f"{n}", name_en=f"{n}")
        step.divisions.add(industries["I65"], industries["C26"])
    rollups.refresh()
    with django_assert_num_queries(6):
        client.get(f"{URL}{row.pk}/")


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("", ["Name in Chinese", "Name in English", "What it is about, in English"]),
        ("steps", ["Where in the chain", "Upstream", "Downstream", "Industry I65", "Industry C26"]),
    ],
)
def test_the_forms_name_what_they_ask(as_user: Sign, admin: Any, form: str, shown: list[str]) -> None:
    taxonomies()
    row = chain()
    text = as_user(admin).get(f"{URL}{row.pk}/steps/new/" if form else f"{URL}new/").content.decode()
    assert [word for word in shown if word not in text] == []
    assert 'value="I"' not in text  # a section is no division


def test_steps_stand_in_their_order(client: Client) -> None:
    row = chain()
    row.steps.all().delete()
    for position, stream, name in (
        (2, "up", "Second"),
        (1, "up", "First"),
        (1, "down", "Last"),
        (1, "middle", "Third"),
    ):
        ChainStep.objects.create(chain=row, stream=stream, position=position, name_zh_hans=name, name_en=name)
    text = client.get(f"{URL}{row.pk}/").content.decode()
    places = [text.index(f"<h3>{name}</h3>") for name in ("First", "Second", "Third", "Last")]
    assert places == sorted(places)


def test_a_chain_before_anything_is_counted(client: Client) -> None:
    text = client.get(f"{URL}{chain().pk}/").content.decode()
    assert "Gap: none here" in text
    assert "Remove" not in text
    assert client.get(f"/zh-hans/map/chains/{Chain.objects.get().pk}/").content.decode().count("虚构产业链") >= 2


def test_two_steps_may_share_an_industry(client: Client) -> None:
    areas, industries, _park = taxonomies()
    row = chain()
    again = ChainStep.objects.create(chain=row, stream="down", name_zh_hans="又", name_en="Again")
    again.divisions.add(industries["I65"], industries["I64"])
    many(6, subdistrict=areas["310109014"], industry=industries["I65"])
    rollups.refresh()
    found = [step for _n, steps in chains.streams(row, MapPeriod.objects.get(), whole=False) for step in steps]
    assert [step.enterprises for step in found] == [6, 6]
    assert [step.codes for step in found] == [["I65"], ["I64", "I65"]]
