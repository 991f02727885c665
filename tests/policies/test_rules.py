"""Who may do what at the publishing desk, and what the person is told otherwise."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.enums import Role
from policies import rules, workflow
from policies.enums import RevisionState
from policies.models import Revision
from policies.packages import packages
from tests.factories import publishing as make
from tests.factories.accounts import UserFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db

STATES = {
    "draft": make.draft,
    "in_review": make.in_review,
    "returned": lambda: workflow.send_back(make.in_review(), by=make.reviewer(), text="Please mend it."),
    "scheduled": make.scheduled,
    "published": make.published,
    "discarded": lambda: workflow.discard((one := make.draft()), by=one.author),
}
VERBS: dict[str, tuple[Callable[..., Any], Callable[[Revision], Any], set[str]]] = {
    "write": (rules.may_write, lambda revision: make.editor(), {"draft", "returned"}),
    "send": (rules.may_send, lambda revision: make.editor(), {"draft", "returned"}),
    "take back": (rules.may_take_back, lambda revision: revision.author, {"in_review"}),
    "send back": (rules.may_send_back, lambda revision: make.reviewer(), {"in_review"}),
    "publish": (rules.may_publish, lambda revision: make.reviewer(), {"in_review"}),
    "call off": (rules.may_call_off, lambda revision: make.editor(), {"scheduled"}),
    "discard": (rules.may_discard, lambda revision: revision.author, {"draft", "returned"}),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_in_every_state(verb: str, state: str) -> None:
    rule, who, allowed = VERBS[verb]
    revision = Revision.objects.get(pk=STATES[state]().pk)
    assert revision.state == state
    verdict = rule(who(revision), revision)
    assert bool(verdict) == (state in allowed)
    assert bool(verdict) or len(str(verdict.reason)) > 10, "a refusal says why"


ROLES = [[], ["editor"], ["translator"], ["reviewer"], ["admin"], ["steward"], ["handler"], ["leader"], ["auditor"]]


@pytest.mark.parametrize("roles", ROLES, ids=lambda roles: "+".join(roles) or "enterprise")
def test_every_role(roles: list[str]) -> None:
    user = UserFactory(roles=roles)
    held = set(roles)
    draft, waiting, policy = make.draft(), make.in_review(), PolicyFactory()
    assert bool(rules.may_begin(user)) == bool(held & {"editor"})
    assert bool(rules.may_write(user, draft)) == bool(held & {"editor", "translator"})
    assert bool(rules.may_change_facts(user)) == bool(held & {"editor"})
    assert bool(rules.may_send(user, draft)) == bool(held & {"editor"})
    assert bool(rules.may_publish(user, waiting)) == bool(held & {"reviewer"})
    assert bool(rules.may_send_back(user, waiting)) == bool(held & {"reviewer"})
    assert bool(rules.may_discard(user, draft)) == bool(held & {"reviewer"})
    assert bool(rules.may_revise(user, policy)) == bool(held & {"editor", "translator"})
    assert bool(rules.may_repeal(user, policy)) == bool(held & {"reviewer"})
    assert bool(rules.may_compose(user)) == bool(held & {"editor", "reviewer", "admin"})


def test_an_inactive_person_may_do_nothing() -> None:
    gone = UserFactory(roles=list(Role.values), is_active=False)
    assert not rules.may_begin(gone)
    assert not rules.may_publish(gone, make.in_review())
    assert not rules.may_compose(gone)


def test_the_author_never_publishes_whatever_roles_they_hold() -> None:
    both = UserFactory(roles=["editor", "reviewer"])
    revision = make.in_review(both)
    assert "You wrote this yourself" in str(rules.may_publish(both, revision).reason)
    assert "take it back" in str(rules.may_send_back(both, revision).reason)
    assert rules.may_publish(make.reviewer(), revision)


def test_nor_does_anybody_who_wrote_a_part_of_it() -> None:
    author, helper = make.editor(), UserFactory(roles=["translator", "reviewer"])
    revision = make.draft(author)
    workflow.save_revision(revision, by=helper, content={"summary_en": "Better English."}, seen=0)
    revision = workflow.send_to_review(revision, by=author)
    assert "a part of this text" in str(rules.may_publish(helper, revision).reason)
    assert rules.may_send_back(helper, revision), "but may say that it needs more work"


def test_the_refusal_names_who_was_quicker() -> None:
    revision = make.in_review()
    quick = make.reviewer(name_en="Quick Qian")
    workflow.publish(revision, by=quick, seen=0)
    verdict = rules.may_publish(make.reviewer(), Revision.objects.get(pk=revision.pk))
    assert verdict.reason == "Quick Qian has already published it."


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"title_en": ""}, "Title (English)"),
        ({"issuer_zh_hans": ""}, "Issuing authority (Chinese)"),
        ({"summary_zh_hans": "", "summary_en": ""}, "Summary (Chinese), Summary (English)"),
        ({"category": ""}, "Category"),
        ({"support_type": ""}, "Support type"),
        ({"materials_en": "A form"}, "Application materials (Chinese)"),
        ({"contact_zh_hans": "电话"}, "Contact (English)"),
        (
            {"criteria": [{"field": "employees", "op": "gte", "value": 1, "clause_zh": "第一条"}]},
            "Eligibility (a clause in one language only)",
        ),
    ],
)
def test_nothing_goes_to_review_in_one_language_only(change: dict[str, Any], told: str) -> None:
    revision = make.draft(**change)
    assert str(rules.may_send(make.editor(), revision).reason) == f"Still missing: {told}."


def test_texts_of_white_space_count_as_missing() -> None:
    assert rules.gaps({**make.CONTENT, "summary_en": " \n "}) == ["summary_en"]


def test_what_may_stay_empty_in_both_languages() -> None:
    assert rules.gaps(make.draft().content) == []


def test_stale_texts_are_labelled_and_block_only_where_the_district_says_so(settings: Any) -> None:
    editor = make.editor()
    revision = make.draft(editor)
    revision = workflow.save_revision(revision, by=editor, content={"summary_zh_hans": "改了。"}, seen=0)
    assert revision.stale == ["summary_en"]
    assert rules.may_send(editor, revision)
    settings.POLICY_STALE_BLOCKS = True
    assert rules.may_send(editor, revision).reason == "Translations are out of date: Summary (English)."


def test_a_version_cannot_be_made_of_what_was_never_published() -> None:
    policy = make.draft().policy
    assert not rules.may_revise(make.editor(), policy)
    assert not rules.may_repeal(make.reviewer(), policy)


class TestPackages:
    content = {"title_zh_hans": "服务包", "title_en": "Package", "theme": "finance"}

    def package(self, **change: Any) -> Any:
        self.editor = make.editor()
        package = packages.compose(by=self.editor, content={**self.content, **change})
        packages.add(package, PolicyFactory(), by=self.editor)
        return package

    def test_a_complete_one_is_handed_over(self) -> None:
        assert rules.may_hand_over(make.editor(), self.package())

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ({"title_en": ""}, "in Chinese and in English"),
            ({"title_zh_hans": ""}, "in Chinese and in English"),
            ({"introduction_en": "Only English"}, "introduction must be given in both"),
        ],
    )
    def test_both_languages(self, change: dict[str, str], told: str) -> None:
        assert told in str(rules.may_hand_over(make.editor(), self.package(**change)).reason)

    def test_an_empty_one_is_not(self) -> None:
        package = packages.compose(by=make.editor(), content=self.content)
        assert "no policy yet" in str(rules.may_hand_over(make.editor(), package).reason)

    def test_a_note_in_one_language_is_not(self) -> None:
        package = self.package()
        packages.annotate(package, package.items.get().pk, by=self.editor, notes={"note_en": "Fits you"})
        assert "Each note" in str(rules.may_hand_over(self.editor, package).reason)

    def test_a_policy_that_no_longer_applies_is_named(self) -> None:
        package = self.package()
        policy = package.items.get().policy
        workflow.repeal(policy, on=workflow.local_day(), by=make.reviewer())
        assert policy.title in str(rules.may_hand_over(self.editor, package).reason)

    def test_only_what_was_handed_over_is_withdrawn(self) -> None:
        package = self.package()
        assert not rules.may_withdraw(self.editor, package)
        package = packages.hand_over(package, by=self.editor)
        assert rules.may_withdraw(self.editor, package)
        assert not rules.may_compose(self.editor, package)
        assert not rules.may_withdraw(make.translator(), package)
        package = packages.withdraw(package, by=self.editor)
        assert not rules.may_withdraw(self.editor, package)
        assert "withdrawn" in str(rules.may_compose(self.editor, package).reason)


def test_every_state_has_its_words() -> None:
    assert set(STATES) == set(RevisionState.values)
