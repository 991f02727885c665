"""Obstacles that recur: how requests are put together, the way to “You said, we did”, and who may do what."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from portal.core.access import Refused
from stewards.deskwork.recording import no_account
from stewards.models import HelpRequest, Obstacle, ObstacleRequest, Rating, RequestCategory
from stewards.rating import clusters, obstacles
from tests.factories.accounts import DepartmentFactory, StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.policies import PolicyFactory
from tests.factories.rating import DID, TEXTS, answered, obstacle, rated
from tests.factories.stewards import accepted
from tests.stewards.scene import last_mail, mails

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


class Cast:
    """A policy with its own editor, a reviewer, two stewards and the centre."""

    def __init__(self) -> None:
        self.department = DepartmentFactory(code="owner")
        self.policy = PolicyFactory(department=self.department, title_en="Rent subsidy")
        self.steward, self.other = StewardFactory(name_en="Stella"), StewardFactory(department=self.department)
        self.editor = UserFactory(roles=["editor"], department=self.department)
        self.stranger = UserFactory(roles=["editor"])
        self.reviewer = UserFactory(roles=["reviewer"])
        self.admin = UserFactory(roles=["admin"])

    def told(self, steward: Any = None, **fields: Any) -> HelpRequest:
        """A complaint about the policy."""
        return accepted(steward or self.steward, **{"policy": self.policy, "type": "complaint", **fields})

    def sent(self, *requests: HelpRequest) -> Obstacle:
        return obstacle(self.steward, *requests, policy=self.policy, state="sent")

    def five(self, **fields: Any) -> list[HelpRequest]:
        """As many enterprises as it takes for something public."""
        return [self.told(**fields) for _n in range(5)]

    def answered(self, *requests: HelpRequest, **texts: str) -> Obstacle:
        facts = {**DID, "policy": self.policy, "state": "answered", "owner": self.editor, **texts}
        return obstacle(self.steward, *requests, **facts)


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()


# --- what recurs ----------------------------------------------------------------------------------------------------
def test_groups_say_what_they_are_made_of(cast: Cast) -> None:
    category = RequestCategory.objects.create(name_en="Rent")
    facts = {"steward": cast.steward, "policy": cast.policy, "category": category}
    first = rated(**facts)
    rated(**facts, enterprise=first.enterprise)
    rated(5, solved=True, **facts)  # solved: tells of nothing
    cast.told(category=category)
    cast.told(category=category, type="suggestion")
    cast.told()  # alone in its group
    cast.told(policy=None)  # about nothing that could be named
    (group,) = clusters.groups(cast.steward, 90)
    assert (group.category, group.policy) == (category, cast.policy)
    assert (group.requests, group.enterprises) == (4, 3)
    assert (group.unsolved, group.complaints, group.suggestions) == (2, 1, 1)
    assert clusters.of_group(cast.steward, 90, category.pk, cast.policy.pk).count() == 4


def test_the_last_word_counts_and_silent_ones_do_not(cast: Cast) -> None:
    changed, kept = (rated(steward=cast.steward, policy=cast.policy) for _n in range(2))
    Rating.objects.create(request=changed, round=2, score=5, solved=True, rated_by=changed.asker)
    HelpRequest.objects.filter(pk=cast.told().pk).update(state="merged")
    HelpRequest.objects.filter(pk=cast.told().pk).update(submitted_at=timezone.now() - timedelta(days=91))
    assert list(clusters.telling(cast.steward, 90)) == [kept]
    assert clusters.telling(cast.steward, 180).count() == 2


def test_each_sees_the_requests_of_their_own_desk(cast: Cast) -> None:
    for steward in (cast.steward, cast.steward, cast.other):
        cast.told(steward)
    assert [group.requests for group in clusters.groups(cast.steward, 90)] == [2]
    assert clusters.groups(cast.other, 90) == []
    assert [group.requests for group in clusters.groups(cast.admin, 90)] == [3]


def test_what_tells_of_an_obstacle_already_is_left_out(cast: Cast) -> None:
    pair = [cast.told() for _n in range(2)]
    obstacle(cast.steward, pair[0])
    assert list(clusters.telling(cast.steward, 90)) == [pair[1]]


@pytest.mark.parametrize("count", [1, 8])
def test_groups_need_three_queries(cast: Cast, django_assert_num_queries: Any, count: int) -> None:
    enterprise, category = EnterpriseFactory(), RequestCategory.objects.create(name_en="Rent")
    for _n in range(count):
        policy = PolicyFactory()
        for _m in range(2):
            cast.told(policy=policy, enterprise=enterprise, asker=cast.admin, category=category)
    with django_assert_num_queries(3):
        assert len(clusters.groups(cast.admin, 90)) == count


# --- the way --------------------------------------------------------------------------------------------------------
def test_from_the_name_to_the_public_page(cast: Cast) -> None:
    requests, foreign = cast.five(), accepted(cast.other)
    keys = [*(each.pk for each in requests), foreign.pk]
    made = obstacles.name(by=cast.steward, texts=TEXTS, policy=cast.policy, requests=keys)
    assert set(made.requests.all()) == set(requests)
    obstacles.send(made, by=cast.steward)
    assert last_mail(cast.editor).kind == "obstacle"
    assert "We hand in the same paper twice." in last_mail(cast.editor).body
    assert mails(cast.stranger) == []  # the department has an editor of its own
    obstacles.answer(made, by=cast.editor, texts=DID)
    assert "Somebody else has to read" in last_mail(cast.admin).body
    obstacles.publish(made, by=cast.reviewer)
    made.refresh_from_db()
    assert (made.state, made.owner, made.reviewer) == ("published", cast.editor, cast.reviewer)
    assert made.published_at
    assert [mails(person)[-1][0] for person in (cast.steward, cast.editor)] == ["obstacle"] * 2
    assert list(obstacles.public()) == [made]


def test_without_an_editor_of_the_department_all_editors_are_asked(cast: Cast) -> None:
    policy = PolicyFactory(department=DepartmentFactory(code="none"))
    assert set(obstacles.keepers(policy)) == set(obstacles.keepers(None)) == {cast.editor, cast.stranger}
    assert obstacles.keepers(cast.policy) == [cast.editor]


def test_back_to_its_owner_and_once_more(cast: Cast) -> None:
    made = cast.answered()
    with pytest.raises(Refused, match="what is missing"):
        obstacles.send_back(made, by=cast.reviewer, remark=" ")
    obstacles.send_back(made, by=cast.reviewer, remark="Since when?")
    assert "Since when?" in last_mail(cast.editor).body
    again = obstacles.answer(made, by=cast.editor, texts={"did_en": "Since May.", "did_zh_hans": "五月起。"})
    assert (again.state, again.remark, again.did_en) == ("answered", "", "Since May.")  # type: ignore[attr-defined]


ACTS: dict[str, Callable[[Obstacle, Any], Any]] = {
    "change": lambda o, by: obstacles.change(o, by=by, texts=TEXTS),
    "send": lambda o, by: obstacles.send(o, by=by),
    "answer": lambda o, by: obstacles.answer(o, by=by, texts=DID),
    "send_back": lambda o, by: obstacles.send_back(o, by=by, remark="More."),
    "publish": lambda o, by: obstacles.publish(o, by=by),
    "withdraw": lambda o, by: obstacles.withdraw(o, by=by),
}
ALLOWED: dict[str, dict[str, set[str]]] = {
    "named": {"change": {"steward", "admin"}, "send": {"steward", "admin"}, "withdraw": {"steward", "admin"}},
    "sent": {"answer": {"editor"}, "withdraw": {"admin"}},
    "answered": {"send_back": {"reviewer", "admin"}, "publish": {"reviewer", "admin"}, "withdraw": {"admin"}},
    "published": {"withdraw": {"admin"}},
    "withdrawn": {},
}


@pytest.mark.parametrize("state", ALLOWED)
def test_who_may_do_what_in_which_state(cast: Cast, state: str, subtests: pytest.Subtests) -> None:
    done = {"owner": cast.editor, **DID} if state in ("answered", "published", "withdrawn") else {}
    published = {"reviewer": cast.reviewer, "published_at": timezone.now()} if state == "published" else {}
    made = obstacle(cast.steward, *cast.five(), policy=cast.policy, state=state, **done, **published)
    for act, call in ACTS.items():
        for who in ("steward", "other", "editor", "stranger", "reviewer", "admin"):
            with subtests.test(act=act, who=who):
                mark = transaction.savepoint()
                if who in ALLOWED[state].get(act, set()):
                    assert call(made, getattr(cast, who)).lock_version == 1
                else:
                    with pytest.raises(Refused) as refused:
                        call(made, getattr(cast, who))
                    assert len(str(refused.value)) > 20
                transaction.savepoint_rollback(mark)


@pytest.mark.parametrize("who", ["author", "owner"])
def test_nobody_publishes_what_they_wrote(cast: Cast, who: str) -> None:
    made = cast.answered(*cast.five())
    setattr(made, who, cast.admin)
    made.save()
    with pytest.raises(Refused, match="somebody else"):
        obstacles.publish(made, by=cast.admin)
    row = Obstacle.objects.filter(pk=made.pk)
    with pytest.raises(IntegrityError), transaction.atomic():  # and the database says the same
        row.update(state="published", reviewer=cast.admin, published_at=timezone.now())


@pytest.mark.parametrize("missing", ["title_en", "said_zh_hans"])
def test_both_languages_before_it_is_sent(cast: Cast, missing: str) -> None:
    with pytest.raises(Refused, match="both languages"):
        obstacles.send(obstacle(cast.steward, **{missing: ""}), by=cast.steward)


def test_both_languages_before_it_is_answered(cast: Cast) -> None:
    made = cast.sent()
    with pytest.raises(Refused, match="both languages"):
        obstacles.answer(made, by=cast.editor, texts={"did_en": "Done."})
    made.refresh_from_db()
    assert (made.state, made.did_en) == ("sent", None)  # type: ignore[attr-defined]


@pytest.mark.parametrize("column", ["said_en", "did_en", "title_zh_hans"])
@pytest.mark.parametrize("telling", ["name_en", "name_zh_hans", "number", "email"])
def test_nothing_is_published_that_tells_who_asked(cast: Cast, column: str, telling: str) -> None:
    enterprise = EnterpriseFactory(name_en="Larkspur Instruments Co., Ltd.", name_zh_hans="上海飞燕草仪器有限公司")
    request = answered(steward=cast.steward, enterprise=enterprise)
    word = {"number": request.number, "email": request.asker.email}.get(telling) or getattr(enterprise, telling)
    made = cast.answered(request, *cast.five(), **{column: f"Told by {word} again"})
    with pytest.raises(Refused, match="would tell who asked"):
        obstacles.publish(made, by=cast.reviewer)
    made.refresh_from_db()
    assert made.state == "answered"


def test_stale_pages_and_double_clicks_do_nothing(cast: Cast) -> None:
    made = cast.answered(*cast.five())
    with pytest.raises(Refused, match="meanwhile"):
        obstacles.publish(made, by=cast.reviewer, seen=7)
    obstacles.publish(made, by=cast.reviewer, seen=0)
    with pytest.raises(Refused, match="meanwhile"):
        obstacles.publish(made, by=cast.reviewer, seen=0)


def test_withdrawn_it_sets_its_requests_free(cast: Cast) -> None:
    request = cast.told()
    obstacles.withdraw(cast.answered(request), by=cast.admin)
    assert not ObstacleRequest.objects.exists()
    assert list(clusters.telling(cast.steward, 90)) == [request]


def test_requests_are_added_by_number_and_taken_off(cast: Cast) -> None:
    mine, foreign = accepted(cast.steward), accepted(cast.other)
    made, second = obstacle(cast.steward), obstacle(cast.steward)
    assert obstacles.attach(made, by=cast.steward, numbers=[f" {mine.number.lower()}", foreign.number, "?"]) == 1
    with pytest.raises(Refused, match="None of these requests"):
        obstacles.attach(second, by=cast.steward, numbers=[mine.number])
    obstacles.detach(made, by=cast.steward, number=mine.number)
    assert obstacles.attach(second, by=cast.steward, numbers=[mine.number]) == 1


OF: dict[str, tuple[Callable[[Cast], list[HelpRequest]], int]] = {
    "nobody": (lambda cast: [], 0),
    "one enterprise, many times": (lambda cast: cast.five(enterprise=EnterpriseFactory()), 1),
    "four enterprises": (lambda cast: cast.five()[1:], 4),
    "four, and callers of whom nothing is known": (
        lambda cast: [*cast.five()[1:], *cast.five(enterprise=None, asker=no_account())],
        4,
    ),
    "one founder who asks again": (lambda cast: cast.five(enterprise=None, asker=UserFactory()), 1),
    "one enterprise, five people": (
        lambda cast: [cast.told(enterprise=e, asker=UserFactory()) for e in [EnterpriseFactory()] * 5],
        1,
    ),
    "five enterprises": (lambda cast: cast.five(), 5),
    "four enterprises and a founder": (
        lambda cast: [*cast.five()[1:], cast.told(enterprise=None, asker=UserFactory())],
        5,
    ),
}


@pytest.mark.parametrize("name", OF)
def test_only_what_several_tell_of_is_published(as_user: SignIn, cast: Cast, client: Client, name: str) -> None:
    make, count = OF[name]
    made = cast.answered(*make(cast))
    assert obstacles.told_by(made) == count
    page = read(as_user(cast.reviewer), f"/en/obstacles/{made.pk}/")
    if count >= 5:
        assert "none can be recognised" not in page
        assert obstacles.publish(made, by=cast.reviewer).state == "published"
        return
    assert f"so that none can be recognised: here it is {count}." in page
    response = as_user(cast.reviewer).post(f"/en/obstacles/{made.pk}/", {"act": "publish", "seen": 0})
    assert response.status_code == 422
    assert f"here it is {count}." in response.content.decode()
    assert list(obstacles.public()) == []
    assert "One copy is enough now." not in read(client, "/en/you-said-we-did/")


def test_what_is_public_stays_told_by_several(cast: Cast) -> None:
    made = cast.answered(*(requests := [*cast.five(), cast.told()]))
    obstacles.publish(made, by=cast.reviewer)
    obstacles.detach(made, by=cast.steward, number=requests[0].number or "")
    with pytest.raises(Refused, match="withdraw the obstacle instead"):
        obstacles.detach(made, by=cast.steward, number=requests[1].number or "")
    assert made.links.count() == 5
    obstacles.withdraw(made, by=cast.admin)
    assert not made.links.exists()


# --- pages ----------------------------------------------------------------------------------------------------------
def read(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_named_from_a_group_on_the_page(as_user: SignIn, cast: Cast) -> None:
    pair = [cast.told(subject=f"Paper {n}") for n in range(2)]
    client = as_user(cast.steward)
    listed = read(client, "/en/obstacles/")
    assert "Rent subsidy" in listed
    assert "2 complaints" in listed
    address = f"/en/obstacles/new/?category=&policy={cast.policy.pk}&days=90"
    assert f'href="{address}"' in listed.replace("&amp;", "&")
    form = read(client, address)
    assert "Paper 0" in form
    assert "Paper 1" in form
    sent = {**TEXTS, "seen": 0, "policy": cast.policy.pk, "requests": [pair[0].pk, accepted(cast.other).pk]}
    assert client.post(address, sent).status_code == 302
    made = Obstacle.objects.get()
    assert list(made.requests.all()) == [pair[0]]
    assert (made.author, made.policy) == (cast.steward, cast.policy)
    assert client.post(address, {"seen": 0, "title_en": "x" * 121}).status_code == 422


@pytest.mark.parametrize("query", ["?policy=999999&days=x", "?category=²", "?policy=0", "?days=90&policy='"])
def test_addresses_that_mean_nothing_offer_no_requests(as_user: SignIn, cast: Cast, query: str) -> None:
    cast.told(policy=None)
    assert "Requests that tell of it" not in read(as_user(cast.steward), f"/en/obstacles/new/{query}")


def test_the_whole_way_by_its_pages(as_user: SignIn, cast: Cast, client: Client) -> None:
    request = accepted(cast.steward, subject="Our own secret")
    made = obstacle(cast.steward, request, *cast.five(), policy=cast.policy)
    address = f"/en/obstacles/{made.pk}/"
    assert as_user(cast.editor).get(address).status_code == 404  # not sent yet
    assert as_user(cast.steward).post(address, {"act": "send", "seen": 0}).status_code == 302
    seen_by_editor = read(as_user(cast.editor), address)
    assert "Twice the same paper" in seen_by_editor
    assert "Our own secret" not in seen_by_editor  # the owner reads the obstacle, not the requests
    assert as_user(cast.reviewer).get(address).status_code == 404
    assert as_user(cast.editor).post(address, {"act": "answer", "seen": 1, **DID}).status_code == 302
    assert "One copy is enough now." not in read(client, "/en/you-said-we-did/")
    assert as_user(cast.reviewer).post(address, {"act": "publish", "seen": 2}).status_code == 302
    public = read(client, "/en/you-said-we-did/")
    assert "One copy is enough now." in public
    assert "Our own secret" not in public
    assert str(request.enterprise) not in public
    assert "现在只需提交一份。" in read(client, "/zh-hans/you-said-we-did/")
    again = as_user(cast.reviewer).post(address, {"act": "publish", "seen": 2})
    assert again.status_code == 422
    assert "gone on meanwhile" in again.content.decode()


def test_a_reviewer_is_shown_what_may_tell_who_asked(as_user: SignIn, cast: Cast) -> None:
    made = cast.answered(did_en="Call 13812345678 now.")
    assert "13812345678" in read(as_user(cast.reviewer), f"/en/obstacles/{made.pk}/")


def test_forms_that_are_wrong_come_back(as_user: SignIn, cast: Cast) -> None:
    made = cast.sent()
    client, address = as_user(cast.editor), f"/en/obstacles/{made.pk}/"
    response = client.post(address, {"act": "answer", "seen": 0, "did_en": "x" * 1_001, "did_zh_hans": "好"})
    assert response.status_code == 422
    assert "x" * 1_001 in response.content.decode()
    assert client.post(address, {"act": "explode", "seen": 0}).status_code == 404
    assert client.post(address, {"act": "attach", "numbers": "T-1"}).status_code == 422
    steward, numbers = as_user(cast.steward), "HK-2026-000001， hk-2026-000002"
    response = steward.post(address, {"act": "attach", "numbers": numbers})
    assert response.status_code == 422
    assert "None of these requests could be added" in response.content.decode()
    assert numbers in response.content.decode()
    assert not ObstacleRequest.objects.exists()


def test_the_public_page_is_in_the_footer_and_says_when_it_is_empty(client: Client) -> None:
    assert 'href="/en/you-said-we-did/"' in read(client, "/en/")
    assert "Nothing has been published yet" in read(client, "/en/you-said-we-did/")


@pytest.mark.parametrize("count", [1, 12])
def test_the_public_page_needs_one_query_a_group(
    cast: Cast, client: Client, django_assert_num_queries: Any, count: int
) -> None:
    facts = {"state": "published", "published_at": timezone.now(), "owner": cast.editor, "reviewer": cast.reviewer}
    for _n in range(count):
        obstacle(cast.steward, policy=cast.policy, **DID, **facts)
    with django_assert_num_queries(2):
        client.get("/en/you-said-we-did/")
