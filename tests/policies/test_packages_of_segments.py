"""Service packages for a segment: those who are in it see the package, for as long as they are."""

from html import unescape
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from enterprises.models import Segment
from enterprises.segments.queries import holding
from notices.models import Message
from policies.models import Package
from policies.packages import packages
from portal.core.access import Refused
from portal.core.calendar import local_day
from portal.home.package import packages_for
from tests.factories import publishing as make
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.policies import PolicyFactory
from tests.factories.tiers import segment

pytestmark = pytest.mark.django_db
FORM = {"title_zh_hans": "重点企业服务包", "title_en": "For key enterprises", "theme": "", "enterprise_name": ""}


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def words(response: Any) -> str:
    return unescape(response.content.decode())


def key_ones() -> Segment:
    return segment("Key ones", tiers=["district"])


def package(of: Segment | None = None, **content: Any) -> Package:
    by = make.editor()
    made = packages.compose(by=by, content={**FORM, "segment": of, **content})
    packages.add(made, PolicyFactory(), by=by)
    return made


def handed_over(of: Segment | None = None, **content: Any) -> Package:
    made = package(of, **content)
    return packages.hand_over(made, by=made.author)


def seen_by(enterprise: Any) -> list[Package]:
    return list(Package.objects.for_enterprise(enterprise))


class TestWhoSeesIt:
    def test_those_in_the_segment_now(self) -> None:
        inside, outside = EnterpriseFactory(tier="district"), EnterpriseFactory(tier="")
        made = handed_over(key_ones())
        assert seen_by(inside) == [made]
        assert seen_by(outside) == []
        inside.tier, outside.tier = "", "district"
        inside.save()
        outside.save()
        assert seen_by(inside) == []
        assert seen_by(outside) == [made]

    def test_a_theme_within_a_segment(self) -> None:
        inside, outside = EnterpriseFactory(tier="district"), EnterpriseFactory(tier="")
        made = handed_over(key_ones(), theme="finance")
        assert seen_by(inside) == [made]
        assert seen_by(outside) == []

    def test_not_a_draft_nor_one_that_was_withdrawn(self) -> None:
        inside = EnterpriseFactory(tier="district")
        package(key_ones())
        packages.withdraw(handed_over(segment("Others", tiers=["district"])), by=make.reviewer())
        assert seen_by(inside) == []

    def test_one_s_own_first_then_the_segment_s_then_the_theme_s(self) -> None:
        inside = EnterpriseFactory(tier="district")
        themed = handed_over(theme="finance")
        own = handed_over(enterprise=inside)
        narrowed = handed_over(key_ones())
        assert seen_by(inside) == [own, narrowed, themed]

    def test_a_retired_segment_still_holds_whom_it_held(self) -> None:
        inside, row = EnterpriseFactory(tier="district"), key_ones()
        made = handed_over(row)
        Segment.objects.filter(pk=row.pk).update(retired_at=timezone.now())
        assert seen_by(inside) == [made]

    def test_a_merged_record_is_in_no_segment(self) -> None:
        gone = EnterpriseFactory(tier="district", merged_into=EnterpriseFactory())
        handed_over(key_ones())
        assert seen_by(gone) == []

    def test_nobody_gets_a_message(self) -> None:
        MembershipFactory(enterprise=EnterpriseFactory(tier="district"))
        handed_over(key_ones())
        assert not Message.objects.exists()

    def test_on_the_enterprise_s_own_page_without_the_segment_s_name(self, as_user: Any) -> None:
        reader = MembershipFactory(enterprise=EnterpriseFactory(tier="district")).user
        handed_over(key_ones())
        page = words(as_user(reader).get(reverse("home:package")))
        assert "For key enterprises" in page
        assert "for enterprises like yours" in page
        assert "Key ones" not in page
        other = MembershipFactory(enterprise=EnterpriseFactory(tier="")).user
        assert "For key enterprises" not in words(as_user(other).get(reverse("home:package")))


class TestHolding:
    @pytest.mark.parametrize("many", [1, 3, 30])
    def test_one_query_for_all_of_them(self, many: int, django_assert_num_queries: Any) -> None:
        one = EnterpriseFactory(tier="district", employees=20)
        rows = [segment(f"{n}", employees_from=n, tiers=["district"]) for n in range(5, 5 + many)]
        with django_assert_num_queries(1):
            held = holding(one, rows)
        assert sorted(held) == sorted(row.pk for row in rows if row.conditions["employees_from"] <= 20)

    def test_none_asked(self, django_assert_num_queries: Any) -> None:
        one = EnterpriseFactory()
        with django_assert_num_queries(0):
            assert holding(one, []) == []

    @pytest.mark.parametrize("many", [1, 3, 30])
    def test_the_page_asks_four_times(self, many: int, django_assert_num_queries: Any) -> None:
        one = EnterpriseFactory(tier="district")
        for n in range(many):
            handed_over(segment(f"{n}", tiers=["district"]))
        with django_assert_num_queries(4):
            assert len(packages_for(one, local_day())) == min(many, 10)


class TestComposing:
    def test_for_a_segment(self, as_user: Any) -> None:
        EnterpriseFactory(tier="district")
        row, client = key_ones(), as_user(make.editor())
        client.post(reverse("publishing:package-new"), FORM | {"segment": str(row.pk)})
        made = Package.objects.get()
        assert (made.segment, made.enterprise, made.theme) == (row, None, "")
        url = reverse("publishing:package", args=[made.pk])
        page = words(client.get(url))
        assert "Key ones" in page
        assert "1 enterprise now" in page.replace("one enterprise", "1 enterprise")
        assert f'value="{row.pk}" selected' in page
        assert "Key ones" in words(client.get(reverse("publishing:packages")))
        packages.add(made, PolicyFactory(), by=made.author)
        page = words(client.post(reverse("publishing:package-hand-over", args=[made.pk]), follow=True))
        assert "The enterprises of the segment see it now." in page

    @pytest.mark.parametrize("roles", [["reviewer"], ["admin"], ["translator"]])
    def test_read_by_others(self, as_user: Any, roles: list[str]) -> None:
        made = handed_over(key_ones())
        page = as_user(UserFactory(roles=roles)).get(reverse("publishing:package", args=[made.pk]))
        assert "Key ones" in words(page)

    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_in_both_languages(self, as_user: Any, language: str) -> None:
        made = handed_over(key_ones(), theme="finance")
        with translation.override(language):
            url = reverse("publishing:package", args=[made.pk])
        page = words(as_user(make.editor(language=language)).get(url))
        assert ("目前 0 家企业" if language == "zh-hans" else "0 enterprises now") in page

    def test_not_for_an_enterprise_too(self, as_user: Any) -> None:
        EnterpriseFactory(name_en="Fictional")
        asked = FORM | {"segment": str(key_ones().pk), "enterprise_name": "Fictional"}
        response = as_user(make.editor()).post(reverse("publishing:package-new"), asked)
        assert "not for both" in str(response.context["form"].errors["segment"])
        assert not Package.objects.exists()

    @pytest.mark.parametrize("forged", ["999999", "x", "-1", "9" * 40])
    def test_no_such_segment(self, as_user: Any, forged: str) -> None:
        response = as_user(make.editor()).post(reverse("publishing:package-new"), FORM | {"segment": forged})
        assert "valid choice" in str(response.context["form"].errors["segment"])
        assert not Package.objects.exists()

    def test_a_retired_one_is_not_offered_but_kept_in_sight(self, as_user: Any) -> None:
        row = key_ones()
        made = package(row)
        Segment.objects.filter(pk=row.pk).update(retired_at=timezone.now())
        client = as_user(make.editor())
        assert "Key ones" not in words(client.get(reverse("publishing:package-new")))
        page = words(client.get(reverse("publishing:package", args=[made.pk])))
        assert "Key ones (retired)" in page
        assert "The segment that the package is for was retired." in page
        made.refresh_from_db()
        with pytest.raises(Refused, match="was retired"):
            packages.hand_over(made, by=made.author)

    def test_for_nobody(self) -> None:
        with pytest.raises(Refused, match="the theme or the segment"):
            package(None)

    def test_the_database_wants_one_of_them(self) -> None:
        with pytest.raises(IntegrityError, match="package_for_an_enterprise_or_a_segment"), transaction.atomic():
            Package.objects.create(author=make.editor(), enterprise=EnterpriseFactory(), segment=key_ones(), title="X")

    def test_changed_to_a_theme(self, as_user: Any) -> None:
        made = package(key_ones())
        client = as_user(made.author)
        client.post(reverse("publishing:package", args=[made.pk]), FORM | {"theme": "digital", "segment": ""})
        made.refresh_from_db()
        assert (made.segment, made.theme) == (None, "digital")


class TestWhereItIsUsed:
    def test_packages_that_were_handed_over(self, as_user: Any) -> None:
        row = key_ones()
        client, url = as_user(make.editor()), reverse("home:segment-uses", args=[row.pk])
        package(row, title_en="Still a draft")
        assert "No service package has been handed over to it yet." in words(client.get(url))
        handed_over(row)
        page = words(client.get(url))
        assert "For key enterprises" in page
        assert "Still a draft" not in page
