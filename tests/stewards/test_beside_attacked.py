"""Mentions, watchers, checklists and links under attack: people who may no longer read, two at once, odd input."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from portal.core.access import Refused
from stewards import workflow
from stewards.figures import asked_about
from stewards.models import DayFigures, HelpRequest, RequestLink, Step, UsualSteps, Watch
from stewards.rating import rollups
from stewards.relations import around, checklist, links, mentions, merging, rules, watching
from stewards.relations.merging import merge
from tests.factories.accounts import DepartmentFactory, HandlerFactory, StewardFactory, UserFactory
from tests.factories.enterprises import MembershipFactory
from tests.factories.parts import taken
from tests.factories.policies import PolicyFactory
from tests.factories.stewards import HelpRequestFactory, accepted

pytestmark = pytest.mark.django_db


@pytest.fixture
def steward(db: None) -> Any:
    return StewardFactory(name_en="Stella", name_zh="施红")


@pytest.fixture
def colleague(steward: Any) -> Any:
    return HandlerFactory(name_en="Chen Jing", name_zh="陈静", department=steward.department)


@pytest.fixture
def asked(steward: Any) -> HelpRequest:
    return accepted(steward)


def fresh(request: HelpRequest) -> HelpRequest:
    return HelpRequest.objects.prefetch_related("parts").get(pk=request.pk)


# --- mentions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@Chen Jing", True),
        ("ask @Chen Jing.", True),
        ("ask @Chen Jing, please", True),
        ("请@陈静看一下", True),
        ("请＠陈静", True),
        ("(@Chen Jing)", True),
        ("@Chen Jingyi", False),
        ("@Chen Jing2", False),
        ("office@Chen Jing", False),
        ("a.b@Chen Jing.example", False),
        ("@chen jing", False),
        ("@ Chen Jing", False),
        ("Chen Jing", False),
        ("@" * 5000, False),
        ("@Chen Jing " * 500, True),
    ],
    ids=lambda each: str(each)[:24],
)
def test_only_a_whole_name_is_one(asked: HelpRequest, colleague: Any, text: str, found: bool) -> None:
    assert (colleague.pk in mentions.named_in(text, asked)) is found


def test_names_that_are_patterns_are_names(asked: HelpRequest, steward: Any) -> None:
    odd = HandlerFactory(name_en="J. (Joe) [x]*+?", name_zh="", department=steward.department)
    assert mentions.named_in("@J. (Joe) [x]*+? please", asked) == {odd.pk}
    assert mentions.named_in("@Jx (Joe) x", asked) == set()


def test_two_of_one_name_are_both_told(asked: HelpRequest, colleague: Any) -> None:
    """Better one too many of those who may read it anyway than the wrong one."""
    twin = HandlerFactory(name_en="Chen Jing", name_zh="", department=colleague.department)
    assert mentions.named_in("@Chen Jing", asked) == {colleague.pk, twin.pk}


@pytest.mark.parametrize(("people", "goes"), [(15, True), (16, False)])
def test_nobody_calls_the_whole_department(asked: HelpRequest, steward: Any, people: int, goes: bool) -> None:
    crowd = User.objects.bulk_create(
        UserFactory.build(roles=["handler"], department=steward.department) for _n in range(people)
    )
    if goes:
        workflow.note(asked, by=steward, text="All hands.", also=crowd)
        assert crowd[0].messages_received.get().state == "held"  # in the digest: ten notes are still one letter
        return
    with pytest.raises(Refused, match="At most 15 people"):
        workflow.note(asked, by=steward, text="All hands.", also=crowd)
    assert not asked.events.exists()


@pytest.mark.parametrize("rows", [1, 3, 15])
def test_however_many_are_told_they_are_checked_in_one_query(
    asked: HelpRequest, steward: Any, rows: int, django_assert_num_queries: Any
) -> None:
    facts = {"roles": ["handler"], "department": steward.department}
    people = User.objects.bulk_create(UserFactory.build(**facts) for _n in range(rows))
    with django_assert_num_queries(1):
        assert mentions.told_of(asked, [*people, steward], steward) == people


@pytest.mark.parametrize("who", ["elsewhere", "asker", "leader", "left", "part"])
def test_who_may_not_read_it_is_not_told(asked: HelpRequest, steward: Any, who: str) -> None:
    person = {
        "elsewhere": HandlerFactory,
        "asker": lambda: asked.asker,
        "leader": lambda: UserFactory(roles=["leader"]),
        "left": lambda: HandlerFactory(department=steward.department, is_active=False),
        "part": HandlerFactory,
    }[who]()
    if who == "part":
        taken(asked, person)
    with pytest.raises(Refused, match="does not see this request"):
        workflow.note(asked, by=steward, text="Look.", also=[person])
    assert not person.messages_received.exists()
    assert not rules.may_see(person, fresh(asked))


def test_mentioned_by_form_and_by_name_is_told_once(
    asked: HelpRequest, steward: Any, colleague: Any, as_user: Any
) -> None:
    sent = {"seen": 0, "text": "@Chen Jing ＠陈静 please", "also": [colleague.pk]}
    assert as_user(steward).post(f"/en/desk/{asked.number}/note/", sent).status_code == 302
    assert colleague.messages_received.get().subject == f"You are mentioned in a note ({asked.number})"
    (note,) = asked.events.all()
    assert [each["en"] for each in note.data["told"]] == ["Chen Jing"]


# --- watchers ------------------------------------------------------------------------------------------------------


def test_who_may_no_longer_read_it_is_told_and_shown_no_more(asked: HelpRequest, steward: Any, colleague: Any) -> None:
    """The watch itself stays: with the desk the news come back."""
    watching.watch(asked, by=colleague)
    assert around.read(fresh(asked), steward).watchers == ["Chen Jing"]
    elsewhere = DepartmentFactory()
    home = colleague.department
    for department, names in ((elsewhere, []), (home, ["Chen Jing"])):
        colleague.department = department
        colleague.save()
        assert around.read(fresh(asked), steward).watchers == names
        assert [person.name for person in watching.watchers_of(asked)] == names
    colleague.is_active = False
    colleague.save()
    assert around.read(fresh(asked), steward).watchers == watching.watchers_of(asked) == []


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_watchers_are_found_in_one_query(
    asked: HelpRequest, steward: Any, rows: int, django_assert_num_queries: Any
) -> None:
    facts = {"roles": ["handler"], "department": steward.department}
    people = User.objects.bulk_create(UserFactory.build(**facts) for _n in range(rows))
    Watch.objects.bulk_create(
        Watch(request=asked, person=person) for person in [*people, HandlerFactory(), asked.asker]
    )
    with django_assert_num_queries(1):
        assert {person.pk for person in watching.watchers_of(asked)} == {person.pk for person in people}


def test_the_query_and_the_rule_agree_on_everybody(asked: HelpRequest, steward: Any, colleague: Any) -> None:
    partly = HandlerFactory()
    taken(asked, partly)
    people = [steward, colleague, partly, asked.asker, StewardFactory(), HandlerFactory(), MembershipFactory().user]
    people += [UserFactory(roles=roles) for roles in (["admin"], ["leader"], ["admin", "handler"], ["editor"], [])]
    people += [StewardFactory(department=None), UserFactory(roles=["admin"], is_active=False)]
    for state in ("submitted", "accepted", "waiting", "answered", "closed", "merged"):
        waiting = timezone.now() if state == "waiting" else None
        HelpRequest.objects.filter(pk=asked.pk).update(state=state, waiting_since=waiting)
        now = fresh(asked)
        seeing = set(mentions.who_may_see(now).values_list("pk", flat=True))
        for person in people:
            assert (person.pk in seeing) is rules.may_see(person, now), (state, person.roles)


# --- the checklist -------------------------------------------------------------------------------------------------


def test_two_tick_at_once_and_the_first_did_it(asked: HelpRequest, steward: Any, colleague: Any) -> None:
    (step,) = checklist.add(asked, "Call", by=steward)
    for person in (colleague, steward):
        checklist.tick(asked, step.pk, by=person, done=True)
    assert Step.objects.get().done_by == colleague
    with pytest.raises(Refused, match="stays on the list"):
        checklist.remove(asked, step.pk, by=colleague)


def test_one_ticks_what_the_other_has_removed(asked: HelpRequest, steward: Any, colleague: Any) -> None:
    (step,) = checklist.add(asked, "Call", by=steward)
    checklist.remove(asked, step.pk, by=colleague)
    for act in (
        lambda: checklist.tick(asked, step.pk, by=steward, done=True),
        lambda: checklist.remove(asked, step.pk, by=steward),
    ):
        with pytest.raises(Refused, match="no longer on the list"):
            act()


def test_what_has_left_the_desk_meanwhile(asked: HelpRequest, steward: Any) -> None:
    """The page was loaded before; under the lock it is somebody else's."""
    (step,) = checklist.add(asked, "Call", by=steward)
    loaded, other = fresh(asked), StewardFactory(department=DepartmentFactory())
    HelpRequest.objects.filter(pk=asked.pk).update(steward=other, handler=other, department=other.department)
    for act in (
        lambda: checklist.tick(loaded, step.pk, by=steward, done=True),
        lambda: checklist.remove(loaded, step.pk, by=steward),
        lambda: checklist.add(loaded, "More", by=steward),
    ):
        with pytest.raises(Refused, match="not on your desk"):
            act()
    assert Step.objects.get().done_at is None


@pytest.mark.parametrize("kind", ["", "done-", "done-x", "open-²", "remove--1", "usual", "done-99999999999999999999"])
def test_odd_buttons_do_nothing(asked: HelpRequest, steward: Any, as_user: Any, kind: str) -> None:
    checklist.add(asked, "Call", by=steward)
    response = as_user(steward).post(f"/en/desk/{asked.number}/steps/", {"act": kind})
    assert response.status_code == (404 if not kind else 302)
    assert Step.objects.filter(done_at=None).count() == 1


@pytest.mark.parametrize("text", ["a\x00b", "\x00"])
def test_a_nul_is_refused_and_fails_nothing(asked: HelpRequest, steward: Any, as_user: Any, text: str) -> None:
    response = as_user(steward).post(f"/en/desk/{asked.number}/steps/", {"act": "add", "text": text})
    assert response.status_code in (302, 400)
    assert not Step.objects.exists()


def test_the_last_free_place_is_taken_once(asked: HelpRequest, steward: Any, colleague: Any) -> None:
    Step.objects.bulk_create(Step(request=asked, text_en=f"Step {n}", by=steward) for n in range(checklist.MOST - 1))
    checklist.add(asked, "The last", by=colleague)
    with pytest.raises(Refused, match="at most 40 steps"):
        checklist.add(asked, "One more", by=steward)
    UsualSteps.objects.create(type="help", steps_en="Call", steps_zh_hans="致电")
    with pytest.raises(Refused, match="at most 40 steps"):
        checklist.use_usual(asked, by=steward)


# --- links ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["steward", "admin"])
def test_a_draft_is_linked_by_nobody(asked: HelpRequest, steward: Any, as_user: Any, by: str) -> None:
    draft = HelpRequestFactory(state="draft", number="HK-2026-000077")
    person = steward if by == "steward" else UserFactory(roles=["admin"])
    sent = {"act": "link", "number": draft.number}
    assert as_user(person).post(f"/en/desk/{asked.number}/arrange/", sent).status_code == 422
    with pytest.raises(Refused):
        links.link(asked, draft, by=person)
    assert not RequestLink.objects.exists()


@pytest.mark.parametrize("state", ["answered", "closed", "withdrawn", "not_accepted", "merged"])
def test_what_is_over_can_be_linked_and_unlinked(asked: HelpRequest, steward: Any, state: str) -> None:
    over = accepted(steward)
    HelpRequest.objects.filter(pk=over.pk).update(state=state)
    links.link(asked, fresh(over), by=steward, note="The one before")
    assert [each["number"] for each in around.links_of(asked, steward)] == [over.number]
    links.unlink(fresh(over), asked, by=steward)
    assert around.links_of(asked, steward) == []


def test_across_enterprises_a_link_tells_neither_of_the_other(asked: HelpRequest, steward: Any, as_user: Any) -> None:
    other = accepted(steward, subject="A rival's secret plans")
    MembershipFactory(user=asked.asker, enterprise=asked.enterprise)
    links.link(asked, other, by=steward, note="Same building")
    page = as_user(asked.asker).get(f"/en/requests/{asked.number}/").content.decode()
    for words in ("rival", "Same building", other.number):
        assert words not in page


# --- figures -------------------------------------------------------------------------------------------------------


def test_what_was_asked_twice_is_counted_once(asked: HelpRequest, steward: Any) -> None:
    """In the kept figures and beside the policy; taken apart it counts again."""
    policy = PolicyFactory()
    second = accepted(steward, enterprise=asked.enterprise, asker=asked.asker)
    HelpRequest.objects.update(policy=policy)

    def counted() -> tuple[int, int, int]:
        rollups.refresh()
        needed = sum(DayFigures.objects.values_list("needed", flat=True))
        return needed, asked_about(policy).total, asked_about(policy).open

    assert counted() == (2, 2, 2)
    merge(fresh(second), into=fresh(asked), by=steward)
    assert counted() == (1, 1, 1)
    merging.unmerge(fresh(second), by=steward)
    assert counted() == (2, 2, 2)
