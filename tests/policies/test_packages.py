"""Composing, handing over and withdrawing service packages."""

import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from notices.models import Message, State
from policies.enums import PackageState
from policies.models import Package, PackageItem
from policies.packages import packages
from portal.core.access import Refused
from tests.factories import publishing as make
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db

THEME = {"title_zh_hans": "金融服务包", "title_en": "Finance package", "theme": "finance"}


def titles(package: Package) -> list[str]:
    return [item.policy.title_en for item in package.items.select_related("policy")]


@pytest.fixture
def three() -> Package:
    package = packages.compose(by=make.editor(), content=THEME)
    for letter in "ABC":
        packages.add(package, PolicyFactory(title_en=letter), by=package.author)
    return package


class TestComposing:
    @pytest.mark.parametrize("role", ["editor", "reviewer", "admin"])
    def test_by_those_who_compose(self, role: str) -> None:
        package = packages.compose(by=UserFactory(roles=[role]), content=THEME)
        assert (package.state, package.theme) == (PackageState.DRAFT, "finance")

    @pytest.mark.parametrize("roles", [[], ["translator"], ["steward"], ["auditor"]])
    def test_by_nobody_else(self, roles: list[str]) -> None:
        with pytest.raises(Refused, match="compose packages"):
            packages.compose(by=UserFactory(roles=roles), content=THEME)

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ({"theme": ""}, "Choose the enterprise"),
            ({"title_zh_hans": "", "title_en": ""}, "title in at least one language"),
        ],
    )
    def test_what_no_package_may_be(self, change: dict[str, str], told: str) -> None:
        with pytest.raises(Refused, match=told):
            packages.compose(by=make.editor(), content=THEME | change)

    def test_the_database_wants_a_theme_or_an_enterprise_too(self) -> None:
        with pytest.raises(IntegrityError, match="package_is_for_somebody"), transaction.atomic():
            Package.objects.create(author=make.editor(), title="Nobody's")

    def test_rewritten_while_it_is_a_draft(self, three: Package) -> None:
        enterprise = EnterpriseFactory()
        content = {"title_en": "Renamed", "theme": "", "enterprise": enterprise, "state": "handed_over"}
        package = packages.rewrite(three, by=make.reviewer(), content=content)
        package.refresh_from_db()
        assert (package.title_en, package.enterprise, package.state) == ("Renamed", enterprise, "draft")


class TestItems:
    def test_added_once_at_the_end(self, three: Package) -> None:
        policy = PolicyFactory(title_en="D")
        for _click in range(2):
            packages.add(three, policy, by=three.author)
        assert titles(three) == ["A", "B", "C", "D"]

    def test_only_published_ones(self, three: Package) -> None:
        with pytest.raises(Refused, match="Only published"):
            packages.add(three, make.draft().policy, by=three.author)

    def test_not_without_end(self, three: Package, monkeypatch: Any) -> None:
        monkeypatch.setattr(packages, "MAX_ITEMS", 3)
        with pytest.raises(Refused, match="at most 3"):
            packages.add(three, PolicyFactory(), by=three.author)

    @pytest.mark.parametrize(
        ("which", "up", "expected"),
        [(0, True, "ABC"), (0, False, "BAC"), (1, True, "BAC"), (1, False, "ACB"), (2, True, "ACB"), (2, False, "ABC")],
    )
    def test_moved(self, three: Package, which: int, up: bool, expected: str) -> None:
        item = list(three.items.all())[which]
        packages.move(three, item.pk, by=three.author, up=up)
        assert "".join(titles(three)) == expected

    def test_moved_again_and_again(self, three: Package) -> None:
        PackageItem.objects.update(position=0)
        last = list(three.items.all())[-1]
        for _step in range(5):
            packages.move(three, last.pk, by=three.author, up=True)
        assert titles(three) == ["C", "A", "B"]

    def test_taken_out_twice_is_taken_out(self, three: Package) -> None:
        item = three.items.all()[0]
        for _click in range(2):
            packages.remove(three, item.pk, by=three.author)
        assert titles(three) == ["B", "C"]

    def test_another_package_s_items_are_out_of_reach(self, three: Package) -> None:
        other = packages.compose(by=three.author, content=THEME)
        item = packages.add(other, PolicyFactory(title_en="X"), by=three.author)
        packages.remove(three, item.pk, by=three.author)
        for act in (
            lambda: packages.move(three, item.pk, by=three.author, up=True),
            lambda: packages.annotate(three, item.pk, by=three.author, notes={"note_en": "Mine"}),
        ):
            with pytest.raises(Refused, match="no longer in the package"):
                act()
        item.refresh_from_db()
        assert (titles(other), item.note_en or "") == (["X"], "")

    def test_notes_in_both_languages(self, three: Package) -> None:
        item = three.items.all()[0]
        packages.annotate(three, item.pk, by=three.author, notes={"note_en": "Fits", "note_zh_hans": "适合"})
        item.refresh_from_db()
        assert (item.note_en, item.note_zh_hans) == ("Fits", "适合")


class TestHandingOver:
    def test_to_an_enterprise_its_active_people_hear_of_it_in_their_digest(self) -> None:
        enterprise = EnterpriseFactory(name_en="Receiver Ltd")
        owner = MembershipFactory(enterprise=enterprise).user
        reader = MembershipFactory(enterprise=enterprise, user=UserFactory(language="zh-hans")).user
        MembershipFactory(enterprise=enterprise, state="claimed")
        MembershipFactory()
        editor = make.editor()
        content = THEME | {
            "theme": "",
            "enterprise": enterprise,
            "introduction_en": "Hello.",
            "introduction_zh_hans": "您好。",
        }
        package = packages.compose(by=editor, content=content)
        packages.add(package, PolicyFactory(), by=editor)
        package = packages.hand_over(package, by=make.reviewer())
        assert (package.state, package.handed_over_at is not None) == (PackageState.HANDED_OVER, True)
        messages = {message.recipient: message for message in Message.objects.all()}
        assert set(messages) == {owner, reader}
        assert messages[owner].subject == "A service package for Receiver Ltd: Finance package"
        assert messages[owner].body == "Hello."
        assert "金融服务包" in messages[reader].subject
        assert messages[reader].body == "您好。"
        assert {message.state for message in messages.values()} == {State.HELD}
        assert list(Package.objects.for_enterprise(enterprise)) == [package]

    def test_by_theme_nobody_gets_a_message(self, three: Package) -> None:
        membership = MembershipFactory()
        packages.hand_over(three, by=three.author)
        assert not Message.objects.exists()
        assert list(Package.objects.for_enterprise(membership.enterprise)) == [three]

    def test_once(self, three: Package) -> None:
        packages.hand_over(three, by=three.author)
        with pytest.raises(Refused, match="has been handed over"):
            packages.hand_over(three, by=three.author)

    @pytest.mark.parametrize("state", ["handed_over", "withdrawn"])
    def test_afterwards_nothing_can_be_changed(self, three: Package, state: str) -> None:
        item = three.items.all()[0]
        Package.objects.filter(pk=three.pk).update(state=state)
        by = three.author
        for act in (
            lambda: packages.rewrite(three, by=by, content=THEME | {"title_en": "X"}),
            lambda: packages.add(three, PolicyFactory(), by=by),
            lambda: packages.remove(three, item.pk, by=by),
            lambda: packages.move(three, item.pk, by=by, up=False),
            lambda: packages.annotate(three, item.pk, by=by, notes={"note_en": "X"}),
            lambda: packages.hand_over(three, by=by),
        ):
            with pytest.raises(Refused, match="can no longer be changed"):
                act()
        assert titles(three) == ["A", "B", "C"]

    def test_withdrawn_it_disappears(self, three: Package) -> None:
        enterprise = EnterpriseFactory()
        packages.hand_over(three, by=three.author)
        packages.withdraw(three, by=make.reviewer())
        assert not Package.objects.for_enterprise(enterprise).exists()
        with pytest.raises(Refused, match="Only a package that was handed over"):
            packages.withdraw(three, by=three.author)


@pytest.mark.django_db(transaction=True)
def test_two_people_add_policies_at_once() -> None:
    package = packages.compose(by=make.editor(), content=THEME)
    policies, barrier = PolicyFactory.create_batch(4), threading.Barrier(4)

    def add(policy: Any) -> None:
        with translation.override("en"):
            barrier.wait(timeout=10)
            packages.add(package, policy, by=package.author)
        connection.close()

    threads = [threading.Thread(target=add, args=(policy,)) for policy in policies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(package.items.values_list("position", flat=True)) == [1, 2, 3, 4]
