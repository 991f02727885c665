"""Segments and tags on their pages: written with a live count, from the map too, used, retired; tags put on."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from enterprises.models import EnterpriseTag, Segment
from enterprises.segments import workflow
from insights import rollups
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory, IndustryFactory, ParkFactory, SubdistrictFactory
from tests.factories.tiers import admin, segment, tag, tagged

pytestmark = pytest.mark.django_db
As = Callable[[Any], Client]


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def editor() -> Any:
    return UserFactory(roles=["editor"])


def at(name: str, *args: Any) -> str:
    return reverse(f"segments:{name}", args=args)


def text(response: Any) -> str:
    return str(response.content.decode())


class TestWriting:
    def test_shown_first_then_kept(self, as_user: As, editor: Any) -> None:
        EnterpriseFactory(tier="district", name_en="Star Ltd")
        EnterpriseFactory(name_en="Other Ltd")
        client, data = as_user(editor), {"tiers": ["district"], "here": "on"}
        page = text(client.post(at("new"), {**data, "show": "1"}))
        assert "<b>1</b> enterprise fulfils this now." in page
        assert "Star Ltd" in page
        assert "Other Ltd" not in page
        assert "checked" in page
        assert not Segment.objects.exists()
        answer = client.post(at("new"), {**data, "name": "Key ones", "keep": "1"}, follow=True)
        row = Segment.objects.get()
        assert answer.redirect_chain == [(at("detail", row.pk), 302)]
        assert (row.name, row.author) == ("Key ones", editor)
        assert "Star Ltd" in text(answer)

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            ({"name": "", "tiers": ["district"]}, "This field is required"),
            ({"name": "№ 1"}, "it would be everybody"),
            ({"name": "№ 1", "here": "on"}, "it would be everybody"),
            ({"name": "№ 1", "industries": "I65, X1"}, "There is no such industry"),
            ({"name": "№ 1", "employees_from": "9", "employees_to": "5"}, "This is less than"),
            ({"name": "№ 1", "founded_within": "999"}, "less than or equal to 200"),
            ({"name": "Taken", "tiers": ["district"]}, "of this name already"),
            ({}, "This field is required"),
        ],
    )
    def test_what_is_wrong_is_said_and_kept(self, as_user: As, editor: Any, data: Any, words: str) -> None:
        segment("Taken")
        answer = as_user(editor).post(at("new"), data)
        assert answer.status_code == 422
        assert words in text(answer)
        if data.get("name"):
            assert f'value="{data["name"]}"' in text(answer)
        assert Segment.objects.count() == 1

    def test_what_is_shown_may_be_wrong_too(self, as_user: As, editor: Any) -> None:
        answer = as_user(editor).post(at("new"), {"industries": "nonsense", "show": "1"})
        assert answer.status_code == 422
        assert "There is no such industry" in text(answer)

    def test_changed(self, as_user: As, editor: Any) -> None:
        row, client = segment("Old"), as_user(editor)
        page = text(client.get(at("edit", row.pk)))
        assert 'value="Old"' in page
        assert "checked" in page
        data = {"name": "New", "tiers": ["municipal"], "seen": row.lock_version}
        assert client.post(at("edit", row.pk), data).status_code == 302
        row.refresh_from_db()
        assert (row.name, row.conditions) == ("New", {"tiers": ["municipal"], "here": False})
        answer = client.post(at("edit", row.pk), data)
        assert answer.status_code == 422
        assert "look again" in text(answer)

    def test_a_retired_one_is_not(self, as_user: As, editor: Any) -> None:
        row = segment()
        workflow.retire(row, by=editor)
        client = as_user(editor)
        assert client.get(at("edit", row.pk)).status_code == 404
        assert "is retired" in text(client.get(at("detail", row.pk)))
        answer = client.post(at("retire", row.pk), follow=True)
        assert "This segment is retired." in text(answer)


class TestFromTheMap:
    def test_the_maps_list_leads_to_a_segment_of_the_same(self, as_user: As, editor: Any) -> None:
        IndustryFactory(code="I", name_en="Information")
        here, park, software = SubdistrictFactory(), ParkFactory(), IndustryFactory()
        EnterpriseFactory(name_en="Inside Ltd", subdistrict=here, park=park, industry=software)
        EnterpriseFactory(name_en="Far Ltd", subdistrict=here, park=park, industry=software, district="310101")
        EnterpriseFactory(name_en="Outside Ltd", subdistrict=here)
        rollups.refresh()
        client = as_user(editor)
        asked = {"area": here.pk, "park": park.pk, "industry": "I65"}
        listed = client.get(reverse("insights:enterprises"), {**asked, "measure": "employees"})
        link = at("new") + f"?area={here.pk}&amp;park={park.pk}&amp;industry=I65"
        assert f'href="{link}"' in text(listed)
        page = text(client.get(at("new"), asked))
        assert "<b>1</b> enterprise fulfils this now." in page
        assert "Inside Ltd" in page
        assert 'value="I65"' in page
        for name in ("Far Ltd", "Outside Ltd"):
            assert name not in page

    def test_not_of_everything(self, as_user: As, editor: Any) -> None:
        EnterpriseFactory()
        assert at("new") not in text(as_user(editor).get(reverse("insights:enterprises")))

    def test_not_for_those_who_keep_none(self, as_user: As) -> None:
        IndustryFactory(code="I")
        reviewer = UserFactory(roles=["reviewer"])
        page = text(as_user(reviewer).get(reverse("insights:enterprises"), {"industry": "I"}))
        assert at("new") not in page

    @pytest.mark.parametrize("address", ["?area=zzz", "?park=%00", "?industry=%27", "?area=" + "9" * 300])
    def test_odd_addresses(self, as_user: As, editor: Any, address: str) -> None:
        assert as_user(editor).get(at("new") + address).status_code in (200, 400)


class TestReading:
    def test_the_list(self, as_user: As, admin_user: Any) -> None:
        client = as_user(admin_user)
        assert "No segment yet" in text(client.get(at("list")))
        segment("Kept <ones>")
        workflow.retire(segment("Gone"), by=admin_user)
        page = text(client.get(at("list")))
        assert "Kept &lt;ones&gt;" in page
        assert "Gone" in page
        assert "retired" in page

    def test_a_reviewer_reads_and_keeps_nothing(self, as_user: As) -> None:
        row = segment()
        client = as_user(UserFactory(roles=["reviewer"]))
        page = text(client.get(at("detail", row.pk)))
        assert at("edit", row.pk) not in page
        assert at("bulk-tag", row.pk) not in page
        assert at("new") not in text(client.get(at("list")))

    def test_nobody_in_it(self, as_user: As, editor: Any) -> None:
        page = text(as_user(editor).get(at("detail", segment().pk)))
        assert "<b>0</b> enterprises fulfil this now." in page

    @pytest.mark.parametrize("count", [1, 3, 30])
    def test_the_list_costs_the_same(self, as_user: As, count: int, django_assert_num_queries: Any) -> None:
        by = admin()
        for _n in range(count):
            segment(by=by)
        client = as_user(by)
        client.get(at("list"))
        with django_assert_num_queries(3):
            client.get(at("list"))

    @pytest.mark.parametrize("name", ["detail", "edit", "retire", "bulk-tag", "tag", "enterprise"])
    def test_what_is_not_there(self, as_user: As, admin_user: Any, name: str) -> None:
        client = as_user(admin_user)
        ask = client.post if name in ("retire", "bulk-tag") else client.get
        assert ask(at(name, 999_999)).status_code == 404

    def test_in_chinese(self, as_user: As, admin_user: Any) -> None:
        row = segment()
        with translation.override("zh-hans"):
            urls = [at("list"), at("detail", row.pk), at("new"), at("tags")]
        assert {as_user(admin_user).get(url).status_code for url in urls} == {200}


class TestTags:
    def test_added_renamed_retired_brought_back(self, as_user: As, admin_user: Any) -> None:
        client = as_user(admin_user)
        assert "No tag yet" in text(client.get(at("tags")))
        client.post(at("tags"), {"name_zh_hans": "出口", "name_en": "Export"})
        row = EnterpriseTag.objects.get()
        client.post(at("tag", row.pk), {"act": "save", "name_zh_hans": "外贸", "name_en": "Trade"})
        assert "Trade" in text(client.get(at("tags")))
        client.post(at("tag", row.pk), {"act": "retire"})
        assert "This tag is retired" in text(client.get(at("tag", row.pk)))
        client.post(at("tag", row.pk), {"act": "restore"})
        row.refresh_from_db()
        assert row.retired_at is None

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            ({"name_zh_hans": "", "name_en": "Export"}, "This field is required"),
            ({"name_zh_hans": "出口", "name_en": ""}, "This field is required"),
            ({"name_zh_hans": "出" * 61, "name_en": "Export"}, "at most 60 characters"),
            ({"name_zh_hans": "出口", "name_en": "taken"}, "of this name already"),
        ],
    )
    def test_what_is_wrong_is_said(self, as_user: As, admin_user: Any, data: Any, words: str) -> None:
        tag("Taken")
        own = tag()
        client = as_user(admin_user)
        for answer in (client.post(at("tags"), data), client.post(at("tag", own.pk), {**data, "act": "save"})):
            assert answer.status_code == 422
            assert words in text(answer)
        assert EnterpriseTag.objects.count() == 2

    def test_its_enterprises_and_the_way_to_another(self, as_user: As, admin_user: Any) -> None:
        one = EnterpriseFactory(name_en="Star Ltd", credit_code="91310109KJJCL55G70")
        tagged(EnterpriseFactory(name_en="Tagged Ltd"), word := tag())
        client = as_user(admin_user)
        page = text(client.get(at("tag", word.pk)))
        assert "Tagged Ltd" in page
        assert "Star Ltd" not in page
        found = client.post(at("tag", word.pk), {"act": "find", "credit_code": "91310109kjjcl55g70"})
        assert found.headers["Location"] == at("enterprise", one.pk)

    @pytest.mark.parametrize(
        ("code", "words"),
        [("91350100M000100Y43", "no enterprise with this code"), ("1", "this one has 1"), ("", "field is required")],
    )
    def test_no_such_enterprise(self, as_user: As, admin_user: Any, code: str, words: str) -> None:
        answer = as_user(admin_user).post(at("tag", tag().pk), {"act": "find", "credit_code": code})
        assert answer.status_code == 422
        assert words in text(answer)

    def test_of_one_enterprise(self, as_user: As, admin_user: Any) -> None:
        one = EnterpriseFactory(name_en="Star Ltd")
        client, url = as_user(admin_user), at("enterprise", one.pk)
        assert "No tag yet" in text(client.get(url))
        first, second = tag("Export"), tag("Growth")
        tagged(one, tag("Old word", retired_at="2026-01-01T00:00Z"))
        assert "Old word" in text(client.get(url))
        client.post(url, {"tags": [first.pk, second.pk]})
        assert set(one.taggings.filter(tag__retired_at=None).values_list("tag", flat=True)) == {first.pk, second.pk}
        client.post(url, {})
        assert one.taggings.count() == 1
        assert client.post(url, {"tags": ["999"]}).status_code == 422

    @pytest.mark.parametrize("count", [1, 3, 30])
    def test_a_tags_page_costs_the_same(self, as_user: As, count: int, django_assert_num_queries: Any) -> None:
        by, word = admin(), tag()
        for one in EnterpriseFactory.create_batch(count, industry=IndustryFactory()):
            tagged(one, word, by)
        client = as_user(by)
        client.get(at("tag", word.pk))
        with django_assert_num_queries(4):
            client.get(at("tag", word.pk))


class TestATagForASegment:
    def test_on_and_off(self, as_user: As, admin_user: Any) -> None:
        EnterpriseFactory.create_batch(2, tier="district")
        row, word, client = segment(), tag(), as_user(admin_user)
        answer = client.post(at("bulk-tag", row.pk), {"tag": word.pk, "on": "1"}, follow=True)
        assert "Put on 2 enterprises." in text(answer)
        assert "Put on 0 enterprises." in text(client.post(at("bulk-tag", row.pk), {"tag": word.pk}, follow=True))
        answer = client.post(at("bulk-tag", row.pk), {"tag": word.pk, "off": "1"}, follow=True)
        assert "Taken off 2 enterprises." in text(answer)

    @pytest.mark.parametrize("key", ["", "x", "999999"])
    def test_without_a_tag(self, as_user: As, admin_user: Any, key: str) -> None:
        tag()
        answer = as_user(admin_user).post(at("bulk-tag", segment().pk), {"tag": key}, follow=True)
        assert "Choose one of the tags." in text(answer)

    def test_too_many(self, as_user: As, admin_user: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(workflow, "MOST_TAGGED", 1)
        EnterpriseFactory.create_batch(2, tier="district")
        answer = as_user(admin_user).post(at("bulk-tag", segment().pk), {"tag": tag().pk}, follow=True)
        assert "too many enterprises" in text(answer)

    def test_where_there_is_no_tag(self, as_user: As, admin_user: Any) -> None:
        assert "There is no tag yet." in text(as_user(admin_user).get(at("detail", segment().pk)))
