"""What a partner's members and its contacts see of a package, and what is counted of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone, translation

from outreach import tasks
from outreach.enums import Publication
from outreach.models import EnterpriseOrigin, HandOver, PackageVersion, ShareLink, ShareUse
from outreach.packages import counting
from outreach.packages.reach import of_package, reaches
from policies.models import Policy
from portal.core.calendar import local_day
from tests.factories import outreach as make
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.outreach_rooms import packages as packs
from tests.factories.policies import PolicyFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_cache")]
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
P = Publication


def words(client: Client, name: str, *args: Any, **query: str) -> str:
    response = client.get(reverse(f"packs:{name}", args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def superseded() -> tuple[ShareLink, HandOver]:
    """A printed link whose version is over, and the hand-over of the version that holds now."""
    old = packs.handed(packs.version(P.SUPERSEDED))
    return packs.link(old), packs.handed(packs.version(P.PUBLISHED, old.version.package), old.partner, contact=None)


class TestPage:
    def test_the_partner_and_what_is_in_it(self, client: Client) -> None:
        handed = packs.handed()
        page = words(client, "page", packs.link(handed).code)
        for text in (handed.partner.name_en, "№ 3", handed.version.pieces.get().policy.title_en):
            assert text in page

    @pytest.mark.parametrize(("sent", "language"), [("zh-CN,zh;q=0.9", "zh-hans"), ("en-GB", "en"), ("fr", "zh-hans")])
    def test_the_printed_link_leads_to_the_readers_language(self, client: Client, sent: str, language: str) -> None:
        code = packs.link(packs.handed()).code
        for typed in (code, code.lower()):
            response = client.get(f"/s/{typed}/", headers={"Accept-Language": sent})
            assert response.headers["Location"] == f"/{language}/s/{code}/"
        assert not response.cookies

    @pytest.mark.parametrize("code", ["ZZZZZZZZ", "x", "%3Cscript%3E", "二维码"])
    def test_a_code_that_is_none_opens_nothing(self, client: Client, code: str) -> None:
        for url in (f"/s/{code}/", f"/s/{code}.svg", f"/en/s/{code}/", f"/en/s/{code}/embed/", f"/en/s/{code}/sheet/"):
            assert client.get(url).status_code in (302, 404), url
            assert client.get(url, follow=True).status_code == 404

    def test_a_draft_is_nowhere_public(self, client: Client) -> None:
        code = packs.link(packs.handed(packs.version(P.DRAFT))).code
        assert client.get(f"/en/s/{code}/").status_code == 404

    @pytest.mark.parametrize("name", ["page", "sheet"])
    def test_the_old_code_says_superseded_and_leads_on(self, client: Client, name: str) -> None:
        old, new = superseded()
        page = words(client, name, old.code)
        assert "Superseded" in page
        assert reverse("packs:page", args=[packs.link(new).code]) in page
        assert old.version.pieces.get().policy.title_en not in page

    def test_withdrawn_without_a_successor_says_why(self, client: Client) -> None:
        code = packs.link(packs.handed(packs.version(P.WITHDRAWN, why_en="Wrong rates"))).code
        page = words(client, "page", code)
        assert "Wrong rates" in page
        assert "To the new version" not in page

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"version": 2}, "Amended since"),
            ({"repealed_on": "2020-01-01"}, "no longer applies"),
            ({"effective_to": "2020-01-01"}, "no longer applies"),
            ({"published_at": None}, "not published"),
        ],
    )
    def test_a_policy_that_changed_shows_at_once_everywhere(
        self, client: Client, change: dict[str, Any], said: str
    ) -> None:
        handed = packs.handed()
        policy, code = handed.version.pieces.get().policy, packs.link(handed).code
        assert said not in words(client, "page", code)
        Policy.objects.filter(pk=policy.pk).update(**change)
        for name in ("page", "embed"):
            page = words(client, name, code)
            assert said in page
            assert (f"/policies/{policy.slug}/" in page) == ("published_at" not in change)

    def test_a_replaced_policy_leads_to_the_one_after(self, client: Client) -> None:
        handed, after = packs.handed(), PolicyFactory(title_en="The one after")
        own = handed.version.pieces.get().policy
        Policy.objects.filter(pk=own.pk).update(replaced_by=after, repealed_on="2020-01-01")
        assert "The one after" in words(client, "page", packs.link(handed).code)

    @pytest.mark.parametrize("number", [1, 3, 30])
    def test_the_same_queries_however_many_pieces(
        self, client: Client, number: int, django_assert_max_num_queries: Any
    ) -> None:
        made = packs.version(P.PUBLISHED, policies=[PolicyFactory() for _n in range(number)])
        code = packs.link(packs.handed(made)).code
        with django_assert_max_num_queries(6):
            client.get(f"/en/s/{code}/")

    def test_scripts_in_names_stay_words(self, client: Client) -> None:
        partner = make.partner(name_en="<script>alert(1)</script>", name_zh_hans="甲")
        code = packs.link(packs.handed(to=partner)).code
        for name in ("page", "sheet", "embed"):
            assert "<script>alert" not in words(client, name, code)

    def test_the_code_as_a_picture(self, client: Client) -> None:
        response = client.get(f"/s/{packs.link(packs.handed()).code}.svg")
        assert response.headers["Content-Type"] == "image/svg+xml"
        assert b"<path" in response.content


class TestEmbed:
    def test_always_what_holds_now_without_a_session(self, client: Client) -> None:
        old, new = superseded()
        response = client.get(reverse("packs:embed", args=[old.code]))
        page = response.content.decode()
        assert new.version.pieces.get().policy.title_en in page
        assert packs.link(new).code in page
        assert settings.SESSION_COOKIE_NAME not in response.cookies

    @pytest.mark.parametrize("sites", [[], ["https://partner.example"]])
    def test_only_the_sites_that_may(self, client: Client, sites: list[str]) -> None:
        with override_settings(EMBED_ALLOWED=sites):
            response = client.get(reverse("packs:embed", args=[packs.link(packs.handed()).code]))
        assert ("https://partner.example" in response.headers["Content-Security-Policy"]) == bool(sites)
        assert ("X-Frame-Options" in response.headers) != bool(sites)

    def test_withdrawn_shows_nothing_of_it(self, client: Client) -> None:
        handed = packs.handed(packs.version(P.WITHDRAWN))
        page = words(client, "embed", packs.link(handed).code)
        assert "holds no longer" in page
        assert handed.version.pieces.get().policy.title_en not in page


class TestCounting:
    def look(self, client: Client, link: ShareLink, agent: str = BROWSER) -> None:
        assert client.get(f"/en/s/{link.code}/", headers={"User-Agent": agent}).status_code == 200

    def test_by_link_and_day_kept_once(self, client: Client) -> None:
        one, two = packs.link(packs.handed()), packs.link(packs.handed())
        for link in (one, one, two):
            self.look(client, link)
        assert not ShareUse.objects.exists()
        assert tasks.keep_packages() == 2
        assert tasks.keep_packages() == 0
        counts = dict(ShareUse.objects.values_list("link", "count"))
        assert counts == {one.pk: 2, two.pk: 1}
        self.look(client, one)
        counting.keep()
        assert ShareUse.objects.get(link=one).count == 3

    def test_neither_programs_nor_officials(self, client: Client, as_user: Any) -> None:
        link = packs.link(packs.handed())
        self.look(client, link, "Googlebot/2.1")
        self.look(as_user(make.organiser()), link)
        client.head(f"/en/s/{link.code}/", headers={"User-Agent": BROWSER})
        assert counting.keep() == 0

    def test_a_run_that_began_anew_is_added(self) -> None:
        handed = packs.handed()
        link, today = packs.link(handed), local_day()
        for run, day, count in (("a", today, 2), ("b", today, 3), ("a", today - timedelta(days=7), 4)):
            ShareUse.objects.create(link=link, day=day, run=run, count=count)
        reach = reaches([handed], for_partner=False)[0]
        assert reach.opened == 9
        assert dict(reach.days)[today] == 5
        assert [count for _week, count in reach.weeks] == [5, 4]

    def test_nonsense_among_the_counters_is_left_out(self) -> None:
        store: Any = caches["default"]
        for field in ("x", "", "999999", "1:en"):
            store.tally(f"package-links-{local_day().isoformat()}", field, 60)
        assert counting.keep() == 0


class TestOfThePartner:
    def test_another_partners_report_is_not_there(self, as_user: Any) -> None:
        own, other = packs.handed(), packs.handed()
        person = as_user(own.partner.contacts.get().user)
        page = words(person, "owns")
        assert own.version.package.title_en in page
        assert other.version.package.title_en not in page
        assert words(person, "own", own.pk)
        for method, name in (("get", "own"), ("post", "receive")):
            assert getattr(person, method)(reverse(f"packs:{name}", args=[other.pk])).status_code == 404
        other.refresh_from_db()
        assert other.received_at is None

    @pytest.mark.parametrize("ended", [{"until": "2020-01-01"}, {"user": None}, {"partner__active": False}])
    def test_who_no_longer_speaks_for_it_sees_nothing(self, as_user: Any, ended: dict[str, Any]) -> None:
        handed = packs.handed()
        contact = handed.partner.contacts.get()
        person = as_user(contact.user)
        if "partner__active" in ended:
            type(handed.partner).objects.filter(pk=handed.partner_id).update(active=False)
        else:
            type(contact).objects.filter(pk=contact.pk).update(**ended)
        assert person.get(reverse("packs:owns")).status_code == 404
        assert person.get(reverse("packs:own", args=[handed.pk])).status_code == 404

    def test_what_is_in_it_and_what_became_of_it_since(self, as_user: Any, django_assert_max_num_queries: Any) -> None:
        policies: Any = [PolicyFactory() for _n in range(4)]
        handed = packs.handed(packs.version(P.PUBLISHED, number=2, policies=policies))
        Policy.objects.filter(pk=policies[0].pk).update(version=2)
        Policy.objects.filter(pk=policies[1].pk).update(published_at=None)
        person = as_user(handed.partner.contacts.get().user)
        with override_settings(EMBED_ALLOWED=["https://association.example"]), django_assert_max_num_queries(20):
            page = words(person, "own", handed.pk)
        assert all(policy.title_en in page for policy in policies)
        assert "What has changed: № 2" in page
        assert page.count("Amended since this package was made") == page.count("This policy is not published") == 1
        assert f'href="/en/policies/{policies[1].slug}/"' not in page
        assert "&lt;iframe src=" in page
        PackageVersion.objects.update(state=P.SUPERSEDED, ended_at=timezone.now())
        page = words(person, "own", handed.pk)
        assert "Please pass this version on no longer" in page
        assert policies[0].title_en not in page
        assert "iframe" not in page

    def test_received_by_one_click_and_a_second_changes_nothing(self, as_user: Any) -> None:
        handed = packs.handed()
        person = as_user(handed.partner.contacts.get().user)
        for _click in range(2):
            assert person.post(reverse("packs:receive", args=[handed.pk])).status_code == 302
        handed.refresh_from_db()
        assert handed.received_by == handed.partner.contacts.get().user

    @pytest.mark.parametrize(("number", "partner_sees"), [(0, None), (4, None), (5, 5)])
    def test_fewer_than_five_enterprises_are_not_told(self, number: int, partner_sees: int | None) -> None:
        handed = packs.handed()
        for _n in range(number):
            EnterpriseOrigin.objects.create(enterprise=EnterpriseFactory(), partner=handed.partner)
        assert reaches([handed], for_partner=True)[0].enterprises == partner_sees
        assert of_package(handed.version)[0].enterprises == number

    @pytest.mark.parametrize("number", [1, 3, 30])
    def test_the_reach_asks_the_same_however_many(
        self, as_user: Any, number: int, django_assert_max_num_queries: Any
    ) -> None:
        made = packs.version(P.PUBLISHED)
        for _n in range(number):
            packs.handed(made, contact=None)
        reader = as_user(UserFactory(roles=["leader"]))
        with django_assert_max_num_queries(8):
            assert made.package.title_en in words(reader, "reach", made.pk)


class TestOrigin:
    def came(self, client: Client, **data: str) -> str:
        return client.post(reverse("packs:came"), data, follow=True).content.decode()

    def test_remembered_said_by_one_click_and_taken_back(self, as_user: Any) -> None:
        handed, owner = packs.handed(), MembershipFactory(role="owner")
        person = as_user(owner.user)
        assert handed.partner.name_en in words(person, "came", by=packs.link(handed).code)
        assert not EnterpriseOrigin.objects.exists()
        for _click in range(2):
            self.came(person)
        assert EnterpriseOrigin.objects.get().partner == handed.partner
        assert "Take it back" in words(person, "came")
        self.came(person, act="take-back")
        assert not EnterpriseOrigin.objects.exists()

    def test_through_the_sign_in(self, client: Client) -> None:
        handed, owner = packs.handed(), MembershipFactory(role="owner")
        assert "Sign in" in words(client, "came", by=packs.link(handed).code)
        self.came(client)
        assert not EnterpriseOrigin.objects.exists()
        client.force_login(owner.user)
        self.came(client)
        assert EnterpriseOrigin.objects.get().enterprise == owner.enterprise

    @pytest.mark.parametrize("by", ["", "ZZZZZZZZ", "' OR 1=1", "<script>"])
    def test_an_unknown_code_is_not_remembered(self, as_user: Any, by: str) -> None:
        person = as_user(MembershipFactory(role="owner").user)
        assert "Nothing is remembered" in words(person, "came", by=by)
        self.came(person)
        assert not EnterpriseOrigin.objects.exists()

    @pytest.mark.parametrize("fields", [{"role": "member"}, {"role": "owner", "state": "claimed"}])
    def test_only_an_owner_speaks_for_the_enterprise(self, as_user: Any, fields: dict[str, str]) -> None:
        person = as_user(MembershipFactory(**fields).user)
        words(person, "came", by=packs.link(packs.handed()).code)
        for act in ("", "take-back"):
            assert "Only the owner" in self.came(person, act=act)
        assert not EnterpriseOrigin.objects.exists()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_in_both_languages(as_user: Any, language: str) -> None:
    handed = packs.handed()
    code, contact = packs.link(handed).code, as_user(handed.partner.contacts.get().user)
    title = getattr(handed.version.package, f"title_{language.replace('-', '_')}")
    desk = as_user(make.reviewer())
    with translation.override(language):
        for reader, name, args in (
            *((contact, name, [code]) for name in ("page", "sheet", "embed")),
            (contact, "owns", []),
            (contact, "own", [handed.pk]),
            (desk, "desk", []),
            (desk, "version", [handed.version_id]),
            (desk, "reach", [handed.version_id]),
        ):
            assert title in words(reader, name, *args), name
