"""Observers: who may write what and when, what becomes of it, and what the public reads."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.enums import Role
from notices.models import Message
from outreach.enums import CandidateState
from outreach.models import Candidate, Observation, Observer, ObserverBatch
from outreach.observers import loading, observing, queries, workflow
from portal.core.access import Refused
from portal.core.calendar import local_day
from stewards.models import HelpRequest
from tests.factories import outreach as make
from tests.factories.accounts import UserFactory
from tests.factories.assignment import StewardProfileFactory
from tests.factories.outreach_rooms import observers as our

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"
REPLY = make.both(said="No sign", did="A sign was put up")


def facts(**more: Any) -> dict[str, Any]:
    return {"seen_on": local_day(), "good": "", "better": "No sign", "proposal": "", **more}


@pytest.mark.parametrize(
    ("first", "last", "opens"), [(0, 0, True), (1, 2, False), (-2, -1, False), (None, None, False)]
)
def test_applications_within_the_dates_only(as_user: Any, first: Any, last: Any, opens: bool) -> None:
    first, last = (None if n is None else local_day() + timedelta(days=n) for n in (first, last))
    batch, person = our.batch(apply_from=first, apply_until=last), UserFactory()
    url = reverse("observers:apply", args=[batch.number])
    said = {"name": SCRIPT, "motivation": "I walk a lot"}
    client = as_user(person)
    if opens:
        assert client.post(url, said).status_code == 422  # no consent
        assert not Candidate.objects.exists()
    assert client.post(url, {**said, "consent": "on"}).status_code == (302 if opens else 404)
    assert Candidate.objects.count() == opens
    if not opens:
        with pytest.raises(Refused):
            workflow.apply(batch, by=person, facts={})


def test_applied_once_withdrawn_and_deleted(as_user: Any) -> None:
    row = our.candidate()
    with pytest.raises(Refused, match="already"):
        workflow.apply(row.batch, by=row.user, facts={})
    assert as_user(UserFactory()).post(reverse("observers:withdraw", args=[row.pk])).status_code == 404
    for _n in range(2):
        as_user(row.user).post(reverse("observers:withdraw", args=[row.pk]))
    row.refresh_from_db()
    assert (row.state, row.motivation, row.phone) == (CandidateState.WITHDRAWN, "", "")
    workflow.apply(row.batch, by=row.user, facts={"name": "Again", "motivation": "…"})
    with pytest.raises(Refused, match="Officials"):
        workflow.apply(row.batch, by=make.organiser(), facts={})


def test_appointed_once_declined_with_a_reason(as_user: Any) -> None:
    staff, row = make.organiser(), our.candidate(our.batch(places=1))
    for _n in range(2):
        as_user(staff).post(reverse("observers:decide", args=[row.pk, "appoint"]))
    assert Observer.objects.count() == Message.objects.filter(recipient=row.user).count() == 1
    other = our.candidate(row.batch, name=SCRIPT)
    with pytest.raises(Refused, match="places"):
        workflow.appoint(other, by=staff)
    with pytest.raises(Refused, match="reason"):
        workflow.decline(other, by=staff, reason=" ")
    assert SCRIPT not in as_user(staff).get(reverse("observers:batch", args=[row.batch_id])).content.decode()
    workflow.decline(other, by=staff, reason="Too many")
    assert "Too many" in Message.objects.get(recipient=other.user).body
    with pytest.raises(Refused, match="decided"):
        workflow.appoint(other, by=staff)
    with pytest.raises(Refused):
        workflow.appoint(row, by=row.user)


@pytest.mark.parametrize(
    ("begins", "ends", "ended", "runs"),
    [(0, 0, None, True), (-9, -1, None, False), (1, 9, None, False), (-9, 9, -1, False), (-9, 9, 0, True)],
)
def test_the_term_ends_at_midnight(as_user: Any, begins: int, ends: int, ended: Any, runs: bool) -> None:
    days = {"term_begins": begins, "term_ends": ends}
    batch = our.batch(**{name: local_day() + timedelta(days=n) for name, n in days.items()})
    person = our.observer(batch, ended_on=None if ended is None else local_day() + timedelta(days=ended))
    row = our.draft(our.assignment(person))
    client = as_user(person.user)
    page = client.get(reverse("observers:observation", args=[row.pk]))
    assert (b'<form method="post" enctype' in page.content) is runs
    if not runs:
        for act in (
            lambda: observing.send(row, by=person.user),
            lambda: observing.begin(row.assignment, by=person.user),
            lambda: observing.save(row, by=person.user, facts=facts(), points={}),
        ):
            with pytest.raises(Refused, match="term"):
                act()
    shown = client.get(reverse("observers:certificate", args=[person.key])).content.decode()
    assert ("Valid today" in shown) is runs


def test_only_what_was_assigned_to_oneself(as_user: Any) -> None:
    row, stranger = our.draft(), our.observer().user
    client = as_user(stranger)
    for name, key in (("begin", row.assignment_id), ("observation", row.pk), ("drop-picture", our.picture(row).pk)):
        assert client.post(reverse(f"observers:{name}", args=[key]), {"send": 1}).status_code == 404, name
    for act in (
        lambda: observing.begin(row.assignment, by=stranger),
        lambda: observing.send(row, by=stranger),
        lambda: observing.save(row, by=stranger, facts=facts(), points={}),
    ):
        with pytest.raises(Refused, match="not assigned"):
            act()
    workflow.take_back(row.assignment, by=make.organiser())
    with pytest.raises(Refused, match="withdrawn"):
        observing.send(row, by=row.assignment.observer.user)
    assert as_user(UserFactory()).get(reverse("observers:own")).status_code == 404
    assert not HelpRequest.objects.exists()


def test_sent_once_to_the_department(as_user: Any) -> None:
    StewardProfileFactory()
    given = our.assignment(our.observer())
    handler = UserFactory(roles=[Role.HANDLER], department=given.department)
    client = as_user(given.observer.user)
    for _n in range(2):
        client.post(reverse("observers:begin", args=[given.pk]))
    url = reverse("observers:observation", args=[Observation.objects.get().pk])
    said = {**facts(better=SCRIPT), "clear": "2"}
    bad: Any
    for bad in ({"seen_on": local_day() + timedelta(days=1)}, {"clear": "6"}, {"clear": "x"}, {"seen_on": "x"}):
        assert client.post(url, {**said, **bad, "send": 1}).status_code == 422, bad
    client.post(url, {**said, "clear": "", "send": 1})
    assert Observation.objects.get().state == "draft"
    for _n in range(2):
        client.post(url, {**said, "send": 1})
    row, request = Observation.objects.get(), HelpRequest.objects.get()
    assert (row.state, row.request, row.points) == ("sent", request, {"clear": 2})
    assert (request.type, request.asker, request.due_on is not None) == (
        "suggestion",
        row.assignment.observer.user,
        True,
    )
    assert (request.state, request.department, request.handler) == ("assigned", given.department, None)
    assert Message.objects.filter(recipient=handler).exists()
    assert SCRIPT not in client.get(url).content.decode()
    assert observing.send(row, by=given.observer.user).request == request


def test_pictures_are_checked_and_tell_nothing(as_user: Any) -> None:
    row = our.draft()
    person = row.assignment.observer.user
    assert Image.open(our.photo()).getexif()
    observing.save(row, by=person, facts=facts(), points={}, files=[our.photo("me at home.jpg")])
    kept = row.pictures.get().file
    with Image.open(kept.file.open("rb")) as image:
        assert (dict(image.getexif()), image.info.get("exif"), kept.name) == ({}, None, "picture.jpg")
    for bad in (SimpleUploadedFile("a.jpg", b"<svg onload=alert(1)>"), SimpleUploadedFile("a.txt", b"words")):
        with pytest.raises(ValidationError):
            observing.save(row, by=person, facts=facts(), points={}, files=[bad])
    with pytest.raises(Refused, match="At most"):
        observing.save(row, by=person, facts=facts(), points={}, files=[our.photo() for _n in range(4)])
    url = reverse("observers:picture", args=[kept.key])
    assert [as_user(user).get(url).status_code for user in (person, UserFactory(), make.organiser())] == [200, 404, 404]
    assert as_user(person).post(reverse("observers:drop-picture", args=[row.pictures.get().pk])).status_code == 302
    assert not row.pictures.exists()


def test_pictures_are_private_until_the_reply_is_published(client: Any) -> None:
    for row, status in ((our.replied(), 404), (our.published(), 200)):
        assert client.get(reverse("observers:picture", args=[our.picture(row).file.key])).status_code == status


def test_the_reply_by_the_department_published_by_another(as_user: Any, client: Any) -> None:
    row = our.sent(answered=False)
    admin = UserFactory(roles=[Role.ADMIN])
    with pytest.raises(Refused, match="Answer the request first"):
        observing.reply(row, by=admin, texts=REPLY, seen=0)
    row = our.sent()
    handler = UserFactory(roles=[Role.HANDLER], department=row.assignment.department)
    for user in (UserFactory(roles=[Role.HANDLER]), make.organiser(), row.assignment.observer.user):
        with pytest.raises(Refused, match="responsible department"):
            observing.reply(row, by=user, texts=REPLY, seen=0)
    with pytest.raises(Refused, match="both languages"):
        observing.reply(row, by=handler, texts={**REPLY, "did_en": " "}, seen=0)
    assert as_user(admin).post(reverse("observers:inspect", args=[row.pk]), {**REPLY, "seen": 0}).status_code == 302
    with pytest.raises(Refused, match="meantime"):
        observing.reply(row, by=handler, texts=REPLY, seen=0)
    with pytest.raises(Refused, match="yourself"):
        observing.publish(row, by=admin, seen=1)
    with pytest.raises(Refused, match="reviewer"):
        observing.publish(row, by=handler, seen=1)
    reviewers = [make.reviewer(), make.reviewer()]
    for user in reviewers:
        as_user(user).post(reverse("observers:publish", args=[row.pk]), {"seen": 1})
    row.refresh_from_db()
    assert (row.state, row.publisher, row.reply_by) == ("published", reviewers[0], admin)
    assert Message.objects.filter(recipient=row.assignment.observer.user).count() == 1
    page = client.get(reverse("observers:replies"), follow=True).content.decode()
    assert "A sign was put up" in page
    assert row.assignment.observer.candidate.name not in page.split("<main")[1]


def test_another_departments_observation_is_not_there(as_user: Any) -> None:
    row, handler = our.sent(), UserFactory(roles=[Role.HANDLER])
    assert as_user(handler).get(reverse("observers:inspect", args=[row.pk])).status_code == 404
    assert row.assignment.task_en not in as_user(handler).get(reverse("observers:desk")).content.decode()


def test_assigned_to_several_in_both_languages(as_user: Any) -> None:
    batch = our.batch()
    pair, department = [our.observer(batch), our.observer(batch)], our.assignment().department
    over = our.observer(our.batch(term_ends=local_day() - timedelta(days=1)))
    said = {"task_zh_hans": "看", "task_en": "Look", "department": department.pk, "observers": [p.pk for p in pair]}
    client, url = as_user(make.organiser()), reverse("observers:assign", args=[batch.pk])
    for bad in ({"task_en": ""}, {"observers": [over.pk]}, {"due_on": local_day() - timedelta(days=1)}):
        assert client.post(url, {**said, **bad}).status_code == 422, bad
    assert client.post(url, said).status_code == 302
    assert [person.assignments.count() for person in pair] == [1, 1]
    with pytest.raises(Refused, match="does not run"):
        workflow.assign([over], by=make.organiser(), department=department, tasks={"zh-hans": "看", "en": "Look"})


def test_a_batch_is_published_in_both_languages(as_user: Any) -> None:
    batch, client = our.batch(published_at=None, call_en=""), as_user(make.reviewer())
    page = client.post(reverse("observers:publish-batch", args=[batch.pk]), follow=True)
    assert "the call in English" in page.content.decode()
    assert str(batch.name) not in client.get(reverse("observers:list")).content.decode()
    said = {"number": batch.number, "name_zh_hans": "甲", "name_en": SCRIPT, "call_zh_hans": "来", "call_en": "Come"}
    days = {"term_begins": local_day(), "term_ends": local_day() - timedelta(days=1)}
    assert client.post(reverse("observers:edit", args=[batch.pk]), {**said, **days}).status_code == 422
    client.post(reverse("observers:edit", args=[batch.pk]), said)
    own = client.post(reverse("observers:publish-batch", args=[batch.pk]), follow=True).content.decode()
    assert "wrote this yourself" in own
    assert as_user(make.organiser()).post(reverse("observers:publish-batch", args=[batch.pk])).status_code == 404
    as_user(make.reviewer()).post(reverse("observers:publish-batch", args=[batch.pk]))
    page = client.get(reverse("observers:list")).content.decode()
    assert "&lt;script&gt;" in page
    assert SCRIPT not in page


def test_figures_of_a_batch_name_nobody(client: Any, django_assert_max_num_queries: Any) -> None:
    row = our.published()
    batch = row.assignment.observer.batch
    our.sent(row.assignment, answered=False)
    HelpRequest.objects.filter(pk=row.request_id).update(due_on=local_day() - timedelta(days=1))
    assert queries.figures([batch])[batch.pk] == {
        "assignments": 1,
        "sent": 2,
        "answered": 1,
        "in_time": 0,
        "published": 1,
    }
    for more in (2, 27):
        for _n in range(more):
            our.observer(our.batch())
        with django_assert_max_num_queries(8):
            page = client.get(reverse("observers:list")).content.decode()
    assert row.assignment.observer.certificate not in page


@pytest.mark.parametrize("name", ["own", "replies"])
def test_lists_ask_the_same_number_of_queries(as_user: Any, name: str, django_assert_max_num_queries: Any) -> None:
    given = our.assignment()
    client = as_user(given.observer.user)
    for more in (1, 2, 27):
        for _n in range(more):
            our.picture(our.published(given))
        with django_assert_max_num_queries(14):
            assert client.get(reverse(f"observers:{name}"), follow=True).status_code == 200


def test_the_real_batch_is_loaded_once() -> None:
    assert (loading.load(), loading.load()) == (1, 0)
    batch = ObserverBatch.objects.get()
    assert (batch.number, batch.term_begins, batch.places) == (2, None, None)
    assert batch.source_url
    assert batch.published_at
