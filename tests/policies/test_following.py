"""Following policies: the button, the page, and the messages that followers get."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notices.models import Message
from policies.alerts import follower_news
from policies.alerts.following import follow, stop
from policies.content import content_of
from policies.exchange.loading_check import faults_of
from policies.models import Following, Policy, Revision, SavedSearch
from policies.workflow import begin, publish, reinstate, repeal, revise, save_revision, send_to_review
from portal.core import calendar
from portal.core.access import Refused
from portal.core.calendar import local_day
from tests.factories.accounts import UserFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
STAFF = {"field": "employees", "op": "gte", "value": 10}
PARK = {"field": "size", "op": "in", "value": ["micro", "small"]}
Sign = Callable[[Any], Client]


def kept(**fields: Any) -> Policy:
    """A policy whose published version is kept, as every one that came through the portal."""
    policy = PolicyFactory(**fields)
    Revision.objects.create(policy=policy, state="published", number=1, content=content_of(policy))
    return policy


def amended(policy: Policy, **fields: Any) -> Policy:
    """The policy's next version, as publishing leaves it."""
    for name, value in fields.items():
        setattr(policy, name, value)
    policy.version += 1
    policy.changed_at = timezone.now()
    policy.save()
    content = content_of(policy)
    Revision.objects.create(policy=policy, state="published", number=policy.version, content=content)
    return policy


def queries_of(act: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as queries:
        act()
    return len(queries)


# --- the button ---------------------------------------------------------------------------------------------------


def test_follow_and_stop_from_the_policys_page(as_user: Sign) -> None:
    policy, person = PolicyFactory(), UserFactory()
    client, page = as_user(person), f"/en/policies/{policy.slug}/"
    assert "Follow this policy" in client.get(page).content.decode()
    for _click in range(2):
        assert client.post(f"{page}follow/", {"act": "follow"}).headers["Location"] == page
    assert Following.objects.get().person == person
    text = client.get(page).content.decode()
    assert "Stop following" in text
    assert "Follow this policy" not in text
    for _click in range(2):
        assert client.post(f"{page}follow/", {"act": "stop"}).status_code == 302
    assert not Following.objects.exists()


def test_following_begins_with_what_is_on_the_page_and_is_audited() -> None:
    policy, person = kept(), UserFactory()
    follow(amended(policy, title_en="Two"), by=person)
    assert follower_news.tell_followers() == 0
    trail = Following.objects.get().audit_rows.model.objects.filter(person=person)
    assert [stop(policy, by=person) for _click in range(2)] == [True, False]
    assert list(trail.order_by("pk").values_list("pgh_label", flat=True)) == ["insert", "delete"]


def test_what_cannot_be_followed_is_not_there(as_user: Sign) -> None:
    client, policy = as_user(UserFactory()), PolicyFactory()
    PolicyFactory(slug="draft", published_at=None)
    for slug, data in (("draft", "follow"), ("none", "follow"), (policy.slug, "else"), (policy.slug, "")):
        assert client.post(f"/en/policies/{slug}/follow/", {"act": data}).status_code == 404
    assert client.get(f"/en/policies/{policy.slug}/follow/").status_code == 405


def test_visitors_are_led_to_sign_in_and_back(client: Client) -> None:
    slug = PolicyFactory().slug
    text = client.get(f"/en/policies/{slug}/").content.decode()
    assert f'href="/en/accounts/login/?next=/en/policies/{slug}/">Follow this policy' in text
    answer = client.post(f"/en/policies/{slug}/follow/", {"act": "follow"})
    assert "/accounts/login/" in answer.headers["Location"]
    assert not Following.objects.exists()


def test_no_policy_takes_the_pages_address() -> None:
    editor = UserFactory(roles=["editor"])
    with pytest.raises(Refused, match="The portal itself uses this short name"):
        begin(by=editor, content={"title_en": "Some title"}, slug="following")
    assert begin(by=editor, content={"title_en": "Following"}).policy.slug.startswith("following-")
    assert "is a page of the portal itself" in {fault.message for fault in faults_of([{"id": "following"}])}


# --- the page -----------------------------------------------------------------------------------------------------


def test_the_page_shows_ones_own_and_nothing_withdrawn(as_user: Sign) -> None:
    person, other = UserFactory(), UserFactory()
    closes = local_day() + timedelta(days=3)
    follow(PolicyFactory(title_en="Mine", window_closes=closes), by=person)
    follow(PolicyFactory(title_en="Ended", repealed_on=local_day()), by=person)
    follow(PolicyFactory(title_en="Theirs"), by=other)
    gone = follow(PolicyFactory(title_en="Gone"), by=person).policy
    Policy.objects.filter(pk=gone.pk).update(published_at=None)
    text = as_user(person).get("/en/policies/following/").content.decode()
    for words in ("Mine", "In force", "3 days left", "Ended", "Repealed", "No search is saved yet"):
        assert words in text
    assert "Theirs" not in text
    assert "Gone" not in text


def test_an_empty_page_helps_on_and_the_menu_leads_there(as_user: Sign) -> None:
    text = as_user(UserFactory()).get("/zh-hans/policies/following/").content.decode()
    assert "尚未关注任何政策" in text
    assert 'href="/zh-hans/policies/following/">我的关注' in text


def test_stopping_on_the_page_can_be_undone(as_user: Sign) -> None:
    person = UserFactory()
    policy = follow(PolicyFactory(title_en="Let go"), by=person).policy
    client, url = as_user(person), f"/en/policies/{policy.slug}/follow/"
    answer = client.post(url, {"act": "stop", "from": "following"})
    assert "No longer followed:" in client.get(answer.headers["Location"]).content.decode()
    answer = client.post(url, {"act": "follow", "from": "following"})
    assert answer.headers["Location"] == "/en/policies/following/"
    assert "No longer followed:" not in client.get(f"/en/policies/following/?stopped={policy.slug}").content.decode()
    assert "No longer" not in client.get("/en/policies/following/?stopped=nothing%27").content.decode()


def test_the_number_of_queries_does_not_grow(as_user: Sign) -> None:
    counts, day = set(), local_day()
    calendar.current()
    policies = Policy.objects.bulk_create([PolicyFactory.build(window_closes=day) for _each in range(30)])
    for size in (1, 3, 30):
        person = UserFactory()
        follow_all(person, policies[:size])
        SavedSearch.objects.bulk_create(
            SavedSearch(person=person, name=f"S{n}", query={"q": f"fictional {n}"}) for n in range(min(size, 20))
        )
        client = as_user(person)
        counts.add(queries_of(lambda client=client: client.get("/en/policies/following/")))
    assert len(counts) == 1


def follow_all(person: Any, policies: list[Policy], **fields: Any) -> None:
    seen = timezone.now() - timedelta(days=1) if fields else policies[0].changed_at
    rows = [
        Following(person=person, policy=each, **{"seen_at": seen, "told_version": 1, **fields}) for each in policies
    ]
    Following.objects.bulk_create(rows)


# --- changes ------------------------------------------------------------------------------------------------------


def test_a_published_amendment_is_told_once_as_a_difference_in_each_language() -> None:
    """All the way through the portal's own verbs."""
    editor, reviewer = UserFactory(roles=["editor"]), UserFactory(roles=["reviewer"])
    policy = kept(title_en="Growth award", title_zh_hans="成长奖励", max_amount_cny=200_000, criteria=[STAFF])
    english, chinese = UserFactory(), UserFactory(language="zh-hans")
    for person in (english, chinese, UserFactory(is_active=False)):
        follow(policy, by=person)
    draft = revise(policy, by=editor)
    content = {"max_amount_cny": 300_000, "criteria": [PARK], "materials_en": "Two", "materials_zh_hans": "二"}
    draft = save_revision(draft, by=editor, content=content, seen=draft.lock_version)
    Revision.objects.filter(pk=draft.pk).update(stale=[])
    publish(send_to_review(draft, by=editor), by=reviewer, seen=draft.lock_version)
    assert [follower_news.tell_followers() for _run in range(2)] == [2, 0]
    told = Message.objects.get(recipient=english, kind="policy_followed")
    assert (told.state, told.subject) == ("held", "A policy you follow has changed: Growth award")
    assert told.body.splitlines() == [
        "Amount up from CNY 200,000 to CNY 300,000",
        "Conditions changed: now “Enterprise size: micro or small”",
        "Conditions changed: no longer “At least 10 employees”",
        "Text changed: Application materials",
    ]
    assert told.url == f"/en/policies/{policy.slug}/compare/?from=1&to=2"
    told = Message.objects.get(recipient=chinese)
    assert told.subject == "您关注的政策有变化：成长奖励"
    assert told.body.startswith("扶持金额由20万元提高至30万元\n")
    assert told.url.startswith("/zh-hans/")


def test_the_end_of_a_policy_is_told_and_so_is_its_return() -> None:
    person, reviewer = UserFactory(), UserFactory(roles=["reviewer"])
    policy, successor = kept(title_en="Old one"), PolicyFactory(title_en="New one")
    follow(policy, by=person)
    repeal(policy, on=local_day(), by=reviewer, replaced_by=successor)
    assert follower_news.tell_followers() == 1
    reinstate(policy, by=reviewer)
    assert follower_news.tell_followers() == 1
    first, second = Message.objects.filter(recipient=person).order_by("pk")
    assert first.subject == "Its validity ends: Old one"
    assert "It no longer applies from" in first.body
    assert "It is replaced by “New one”." in first.body
    assert (second.subject, second.url) == ("It applies again: Old one", f"/en/policies/{policy.slug}/")


def test_two_amendments_between_two_runs_are_one_message_and_one_taken_back_is_none() -> None:
    person, policy = UserFactory(), kept(max_amount_cny=100_000)
    follow(policy, by=person)
    amended(policy, max_amount_cny=200_000)
    amended(policy, max_amount_cny=300_000)
    assert follower_news.tell_followers() == 1
    assert Message.objects.get().body == "Amount up from CNY 100,000 to CNY 300,000"
    amended(policy, max_amount_cny=1)
    amended(policy, max_amount_cny=300_000)
    amended(policy, translated=["title_en"])
    assert follower_news.tell_followers() == 0


def test_an_amendment_of_a_text_that_was_not_kept_is_told_without_details() -> None:
    policy = PolicyFactory()
    follow(policy, by=UserFactory())
    amended(policy, max_amount_cny=5)
    follower_news.tell_followers()
    assert Message.objects.get().body == "A new version has been published."


def test_a_worker_that_lost_its_place_tells_nobody_twice() -> None:
    """As if another worker's messages were there, but not yet where it has come to."""
    policy, person = kept(), UserFactory()
    follow(policy, by=person)
    amended(policy, max_amount_cny=5, window_closes=local_day() + timedelta(days=3))
    follower_news.tell_followers()
    Following.objects.update(seen_at=policy.changed_at - timedelta(days=1), told_version=1, told_closing=None)
    follower_news.tell_followers()
    assert sorted(Message.objects.values_list("kind", flat=True)) == ["policy_closing", "policy_followed"]


def test_withdrawn_policies_are_silent() -> None:
    policy = kept()
    follow(policy, by=UserFactory())
    amended(policy, max_amount_cny=5, published_at=None)
    assert follower_news.tell_followers() == 0


def test_the_work_is_done_in_batches_of_so_many_queries(monkeypatch: Any) -> None:
    monkeypatch.setattr(follower_news, "BATCH", 40)
    counts = []
    calendar.current()
    policies = [amended(kept(), criteria=[PARK]) for _each in range(3)]
    people = [UserFactory() for _each in range(30)]
    for size in (1, 3, 30):
        Following.objects.all().delete()
        for person in people[:size]:
            follow_all(person, policies[:1] if size > 3 else policies[:size], told_version=1)
        counts.append(queries_of(follower_news.tell_followers))
    assert len(set(counts)) == 1
    monkeypatch.setattr(follower_news, "BATCH", 7)
    Message.objects.all().delete()
    Following.objects.update(told_version=1, seen_at=timezone.now() - timedelta(days=1))
    assert follower_news.tell_followers() == 30
    assert Message.objects.count() == 30


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_share_the_work(monkeypatch: Any) -> None:
    monkeypatch.setattr(follower_news, "BATCH", 2)
    policy = amended(kept(), max_amount_cny=5)
    for _each in range(8):
        follow_all(UserFactory(), [policy], told_version=1)
    barrier, told = threading.Barrier(2), []

    def work() -> None:
        try:
            barrier.wait(timeout=10)
            told.append(follower_news.tell_followers())
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _each in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=20)
    told.append(follower_news.tell_followers())  # what one of them held when the other looked
    assert sum(told) == Message.objects.count() == 8


# --- closing windows ----------------------------------------------------------------------------------------------


def test_the_closing_day_is_announced_once_ten_working_days_before() -> None:
    person, day = UserFactory(), local_day()
    days = calendar.current()
    policy = PolicyFactory(title_en="Closing", window_closes=days.add_working_days(day, 10))
    far = PolicyFactory(window_closes=days.add_working_days(day, 11))
    past = PolicyFactory(window_closes=day)
    over = PolicyFactory(window_closes=day + timedelta(days=2), repealed_on=day - timedelta(days=1))
    for each in (policy, far, past, over):
        follow(each, by=person)
    assert [follower_news.tell_followers() for _run in range(2)] == [1, 0]
    message = Message.objects.get()
    assert (message.state, message.subject) == ("held", "Applications close soon: Closing")
    assert message.body.endswith("in 10 working days.")
    Policy.objects.filter(pk=policy.pk).update(window_closes=day + timedelta(days=5))  # another day is other news
    assert [follower_news.tell_followers() for _run in range(2)] == [1, 0]


# --- nobody else's ------------------------------------------------------------------------------------------------


def test_messages_go_to_followers_alone() -> None:
    policy, follower = kept(), UserFactory()
    follow(policy, by=follower)
    follow(PolicyFactory(), by=UserFactory())
    amended(policy, max_amount_cny=5)
    follower_news.tell_followers()
    assert set(Message.objects.values_list("recipient", flat=True)) == {follower.pk}


def test_the_task_is_on_the_beat(settings: Any) -> None:
    from policies import tasks

    follow(kept(), by=UserFactory())
    assert tasks.tell_followers() == 0
    assert tasks.tell_followers.name in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
