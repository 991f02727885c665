"""The pages on which packages are composed."""

from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from notices.models import Message
from policies.models import Package, PackageItem
from policies.packages import packages
from tests.factories import publishing as make
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert(1)</script>"
FORM = {
    "title_zh_hans": "金融服务包",
    "title_en": "Finance package",
    "introduction_zh_hans": "",
    "introduction_en": "",
    "theme": "finance",
    "enterprise_name": "",
}


def url(name: str, *args: Any) -> str:
    return reverse(f"publishing:{name}", args=args)


def words(response: Any) -> str:
    return unescape(response.content.decode())


@pytest.fixture
def package() -> Package:
    editor = make.editor()
    made = packages.compose(by=editor, content={key: FORM[key] for key in ("title_zh_hans", "title_en", "theme")})
    packages.add(made, PolicyFactory(title_en="First policy"), by=editor)
    return made


class TestAccess:
    @pytest.mark.parametrize("roles", [[], ["steward"], ["handler"], ["leader"], ["auditor"]])
    def test_nobody_without_a_role(self, as_user: Any, package: Package, roles: list[str]) -> None:
        client = as_user(UserFactory(roles=roles))
        item = package.items.get()
        for name in ("packages", "package-new"):
            assert client.get(url(name)).status_code == 404
        assert client.get(url("package", package.pk)).status_code == 404
        posts = [url(name, package.pk) for name in ("package", "package-add", "package-hand-over", "package-withdraw")]
        for each in [*posts, url("package-item", package.pk, item.pk), url("package-new")]:
            assert client.post(each, {**FORM, "remove": "1", "policy": item.policy_id}).status_code == 404
        package.refresh_from_db()
        assert (package.state, package.items.count()) == ("draft", 1)

    def test_the_enterprise_it_is_for_does_not_see_the_draft(self, as_user: Any, package: Package) -> None:
        member = MembershipFactory()
        Package.objects.filter(pk=package.pk).update(enterprise=member.enterprise)
        assert as_user(member.user).get(url("package", package.pk)).status_code == 404

    @pytest.mark.parametrize(
        ("role", "status"), [("editor", 200), ("reviewer", 200), ("admin", 200), ("translator", 404)]
    )
    def test_beginning_one(self, as_user: Any, role: str, status: int) -> None:
        assert as_user(UserFactory(roles=[role])).get(url("package-new")).status_code == status

    def test_translators_read_only(self, as_user: Any, package: Package) -> None:
        client = as_user(make.translator())
        page = words(client.get(url("package", package.pk)))
        assert "Only policy editors, reviewers and the service centre compose packages." in page
        assert "Take out" not in page
        client.post(url("package-item", package.pk, package.items.get().pk), {"remove": "1"})
        client.post(url("package", package.pk), FORM | {"title_en": "Changed"})
        client.post(url("package-hand-over", package.pk))
        package.refresh_from_db()
        assert (package.title_en, package.state, package.items.count()) == ("Finance package", "draft", 1)

    @pytest.mark.parametrize("name", ["package-add", "package-hand-over", "package-withdraw"])
    def test_acts_are_never_done_by_reading(self, as_user: Any, package: Package, name: str) -> None:
        assert as_user(package.author).get(url(name, package.pk)).status_code == 405

    def test_unknown_numbers(self, as_user: Any, package: Package) -> None:
        client = as_user(package.author)
        assert client.get(url("package", 999_999)).status_code == 404
        for forged in ("999999", "x", "", "-1", "9" * 30):
            assert client.post(url("package-add", package.pk), {"policy": forged}).status_code == 404


class TestNew:
    def test_for_a_theme(self, as_user: Any) -> None:
        editor = make.editor()
        response = as_user(editor).post(url("package-new"), FORM)
        package = Package.objects.get()
        assert response["Location"] == url("package", package.pk)
        assert (package.author, package.theme, package.enterprise) == (editor, "finance", None)

    @pytest.mark.parametrize(
        "asked", ["91310109KJJCL55G70", "91310109 kjjcl55g70", "虚构甲公司", "fictional ALPHA ltd", "alpha", "构甲"]
    )
    def test_for_an_enterprise_by_code_or_name(self, as_user: Any, asked: str) -> None:
        enterprise = EnterpriseFactory(
            credit_code="91310109KJJCL55G70", name_zh_hans="虚构甲公司", name_en="Fictional Alpha Ltd"
        )
        EnterpriseFactory(name_zh_hans="虚构乙公司", name_en="Fictional Beta Ltd")
        as_user(make.editor()).post(url("package-new"), FORM | {"theme": "", "enterprise_name": asked})
        assert Package.objects.get().enterprise == enterprise

    def test_when_several_fit_the_person_chooses(self, as_user: Any) -> None:
        one, two = EnterpriseFactory(name_en="Twin One"), EnterpriseFactory(name_en="Twin Two")
        stranger = EnterpriseFactory(name_en="Other")
        client = as_user(make.editor())
        asked = FORM | {"theme": "", "enterprise_name": "twin"}
        page = words(client.post(url("package-new"), asked))
        assert "Several enterprises fit: choose one." in page
        assert f'value="{one.pk}"' in page
        assert f'value="{stranger.pk}"' not in page
        for forged in (stranger.pk, "x", "999999"):
            assert client.post(url("package-new"), asked | {"enterprise": forged}).status_code == 200
        assert not Package.objects.exists()
        client.post(url("package-new"), asked | {"enterprise": two.pk})
        assert Package.objects.get().enterprise == two

    @pytest.mark.parametrize(
        ("change", "field", "told"),
        [
            ({"title_en": "x" * 5_000}, "title_en", "at most 200 characters"),
            ({"title_en": "", "title_zh_hans": " "}, "title_zh_hans", "at least one language"),
            ({"introduction_en": "x" * 5_000}, "introduction_en", "at most 2000 characters"),
            ({"theme": ""}, "enterprise_name", "Choose the enterprise, the theme"),
            ({"theme": "", "enterprise_name": "nobody at all"}, "enterprise_name", "No enterprise has this"),
            ({"theme": "", "enterprise_name": SCRIPT}, "enterprise_name", "No enterprise has this"),
            ({"enterprise_name": "Fictional"}, "theme", "not for both"),
            ({"theme": "astrology"}, "theme", "valid choice"),
        ],
    )
    def test_bad_input(self, as_user: Any, change: dict[str, str], field: str, told: str) -> None:
        EnterpriseFactory(name_en="Fictional")
        response = as_user(make.editor()).post(url("package-new"), FORM | change)
        assert response.status_code == 200
        assert told in str(response.context["form"].errors[field])
        assert SCRIPT not in response.content.decode()
        assert not Package.objects.exists()


class TestComposing:
    def test_policies_in_force_are_found_and_added(self, as_user: Any, package: Package) -> None:
        policy = PolicyFactory(title_en="Rent relief", title_zh_hans="租金补贴")
        PolicyFactory(title_en="Rent relief of old", effective_to="2020-01-01")
        make.draft(title_en="Rent relief in draft")
        client = as_user(package.author)
        response = client.get(url("package", package.pk), {"q": "rent"})
        assert [each.title_en for each in response.context["found"]] == ["Rent relief"]
        response = client.post(url("package-add", package.pk), {"policy": policy.pk, "q": "租金 & 补贴"})
        assert response["Location"].startswith(url("package", package.pk) + "?q=")
        for _click in range(2):
            client.post(url("package-add", package.pk), {"policy": policy.pk})
        assert [item.policy.title_en for item in package.items.all()] == ["First policy", "Rent relief"]
        assert client.get(url("package", package.pk), {"q": "rent"}).context["found"] == []

    def test_drafts_cannot_be_added_by_number(self, as_user: Any, package: Package) -> None:
        client = as_user(package.author)
        assert client.post(url("package-add", package.pk), {"policy": make.draft().policy_id}).status_code == 404
        assert package.items.count() == 1

    def test_moved_noted_and_taken_out(self, as_user: Any, package: Package) -> None:
        second = packages.add(package, PolicyFactory(title_en="Second policy"), by=package.author)
        client, act = as_user(package.author), url("package-item", package.pk, second.pk)
        client.post(act, {"up": "1"})
        assert [item.policy.title_en for item in package.items.all()] == ["Second policy", "First policy"]
        client.post(act, {"note": "1", "note_en": "Fits you", "note_zh_hans": "适合您"})
        assert "Fits you" in words(client.get(url("package", package.pk)))
        client.post(act, {"note": "1", "note_en": "x" * 301})
        assert PackageItem.objects.get(pk=second.pk).note_en == "Fits you"
        client.post(act, {"remove": "1"})
        assert "no longer in the package" in words(client.post(act, {"down": "1"}, follow=True))
        assert client.post(act, {"explode": "1"}).status_code == 404

    def test_another_package_s_item(self, as_user: Any, package: Package) -> None:
        other = packages.compose(by=package.author, content={"title_en": "Other", "theme": "finance"})
        item = packages.add(other, PolicyFactory(), by=package.author)
        client = as_user(package.author)
        for act in ("remove", "up", "note"):
            client.post(url("package-item", package.pk, item.pk), {act: "1", "note_en": "Mine"})
        assert other.items.get().note_en in (None, "")

    def test_saved_again(self, as_user: Any, package: Package) -> None:
        enterprise = EnterpriseFactory(credit_code="91310109KJJCL55G70")
        client = as_user(package.author)
        client.post(url("package", package.pk), FORM | {"theme": "", "enterprise_name": "91310109KJJCL55G70"})
        package.refresh_from_db()
        assert (package.enterprise, package.theme) == (enterprise, "")
        assert 'value="91310109KJJCL55G70"' in words(client.get(url("package", package.pk)))

    def test_scripts_are_shown_as_text(self, as_user: Any, package: Package) -> None:
        texts = dict.fromkeys(("title_zh_hans", "title_en", "introduction_zh_hans", "introduction_en"), SCRIPT)
        packages.rewrite(package, by=package.author, content=texts)
        packages.annotate(
            package, package.items.get().pk, by=package.author, notes={"note_en": SCRIPT, "note_zh_hans": SCRIPT}
        )
        client = as_user(package.author)
        for _state in ("draft", "handed over"):
            for page in (url("packages"), url("package", package.pk)):
                html = client.get(page).content.decode()
                assert SCRIPT not in html
                assert "&lt;script&gt;" in html
            client.post(url("package-hand-over", package.pk))


class TestHandingOver:
    def test_the_button_is_off_with_the_reason(self, as_user: Any, package: Package) -> None:
        packages.rewrite(package, by=package.author, content={"title_en": ""})
        client = as_user(package.author)
        assert "The title must be given in Chinese and in English." in words(client.get(url("package", package.pk)))
        response = client.post(url("package-hand-over", package.pk), follow=True)
        assert "The title must be given in Chinese and in English." in words(response)
        package.refresh_from_db()
        assert package.state == "draft"

    def test_handed_over_by_somebody_and_withdrawn(self, as_user: Any, package: Package, admin_user: Any) -> None:
        member = MembershipFactory()
        packages.rewrite(package, by=package.author, content={"theme": "", "enterprise": member.enterprise})
        client = as_user(admin_user)
        response = client.post(url("package-hand-over", package.pk), follow=True)
        page = words(response)
        assert "The people of the enterprise are told in their digest." in page
        assert "has been handed over and can no longer be changed" in page
        assert "handed over by Ada Admin" in page
        assert Message.objects.get().recipient == member.user
        client.post(url("package-hand-over", package.pk))
        assert Message.objects.count() == 1
        client.post(url("package-withdraw", package.pk))
        package.refresh_from_db()
        assert package.state == "withdrawn"

    def test_changed_by_a_form_that_was_open_before(self, as_user: Any, package: Package) -> None:
        packages.hand_over(package, by=package.author)
        response = as_user(package.author).post(url("package", package.pk), FORM | {"title_en": "Too late"})
        assert "can no longer be changed" in words(response)
        package.refresh_from_db()
        assert package.title_en == "Finance package"


class TestList:
    def test_empty(self, as_user: Any) -> None:
        assert "No package yet" in words(as_user(make.editor()).get(url("packages")))

    def test_queries_do_not_grow(self, as_user: Any, django_assert_num_queries: Any) -> None:
        editor = make.editor()
        client = as_user(editor)
        for total in (1, 3, 30):
            while Package.objects.count() < total:
                made = packages.compose(by=editor, content={"title_en": "One", "enterprise": EnterpriseFactory()})
                packages.add(made, PolicyFactory(), by=editor)
            with django_assert_num_queries(3):
                assert len(client.get(url("packages")).context["rows"]) == total

    def test_the_page_of_one_does_not_grow_either(
        self, as_user: Any, package: Package, django_assert_num_queries: Any
    ) -> None:
        client = as_user(package.author)
        for total in (1, 3, 30):
            while package.items.count() < total:
                packages.add(package, PolicyFactory(), by=package.author)
            with django_assert_num_queries(7):
                assert len(client.get(url("package", package.pk)).context["items"]) == total

    def test_in_chinese(self, as_user: Any, package: Package) -> None:
        page = words(as_user(package.author).get(url("package", package.pk).replace("/en/", "/zh-hans/")))
        assert "金融服务包" in page
