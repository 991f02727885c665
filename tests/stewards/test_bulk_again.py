"""Several requests at once under attack: forms sent again, stopped half-way, taken back late, twice; tags."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.core.access import Refused
from stewards import workflow
from stewards.deskwork import bulk, tagging
from stewards.models import BulkAct, BulkItem, HelpRequest, RequestTag, Tag
from stewards.relations import catalogue, sorting
from tests.factories.accounts import DepartmentFactory, HandlerFactory, StewardFactory, UserFactory
from tests.factories.parts import RequestPartFactory
from tests.factories.stewards import HelpRequestFactory, accepted

pytestmark = pytest.mark.django_db
AsUser = Callable[[Any], Client]
PAGE = "/en/desk/bulk/"


def run(by: Any, verb: str, requests: list[HelpRequest], **facts: Any) -> BulkAct:
    picks = {request.number or "": request.lock_version for request in requests}
    return bulk.perform(by=by, verb=verb, picks=picks, form_key=facts.pop("key", uuid.uuid4()), **facts)


def unassigned(count: int) -> list[HelpRequest]:
    asker = UserFactory()
    return [HelpRequestFactory(asker=asker, enterprise=None) for _each in range(count)]


def now(request: HelpRequest) -> HelpRequest:
    return HelpRequest.objects.get(pk=request.pk)


def tags_of(request: HelpRequest) -> set[str]:
    return {str(each.tag) for each in request.tagged.select_related("tag")}


def refusals(done: BulkAct) -> dict[int, str]:
    return dict(done.items.exclude(refusal="").values_list("request", "refusal"))


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def steward(db: None) -> Any:
    return StewardFactory(name_en="Stella")


# --- the same form again ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "acts"),
    [
        ({}, 1),
        ({"text": "Another note."}, 2),
        ({"which": [1]}, 2),
        ({"which": [0, 1]}, 2),
        ({"key": "new"}, 2),
    ],
    ids=["the same", "other words", "another request", "one more request", "a new form"],
)
def test_going_back_in_the_browser_is_a_new_act_where_anything_differs(
    steward: Any, changed: dict[str, Any], acts: int
) -> None:
    """The form of a page that was left and gone back to has the same key; what is said on it must not be lost."""
    both, key = [accepted(steward), accepted(steward)], uuid.uuid4()
    run(steward, "note", both[:1], text="To the archive.", key=key)
    again = [both[n] for n in changed.get("which", [0])]
    second = uuid.uuid4() if changed.get("key") else key
    run(steward, "note", again, text=changed.get("text", "To the archive."), key=second)
    assert BulkAct.objects.count() == acts
    assert BulkItem.objects.count() == (1 if acts == 1 else 1 + len(again))


def test_an_act_that_was_stopped_half_way_goes_on(steward: Any) -> None:
    """As if the process had died after the first of three: the same form finishes the others, and does none twice."""
    three, key = unassigned(3), uuid.uuid4()
    done = run(steward, "accept", three, key=key)
    undone = list(done.items.order_by("pk"))[1:]
    for item in undone:
        bulk.take_back(item.request, by=steward, before=item.before, version=item.version)
        HelpRequest.objects.filter(pk=item.request_id).update(lock_version=0)
        item.request.events.all().delete()
        item.delete()
    again = run(steward, "accept", three, key=key)
    assert again.pk == done.pk
    assert [now(each).state for each in three] == ["accepted"] * 3
    assert [each.events.count() for each in three] == [1, 1, 1]


@pytest.mark.parametrize("count", [61, 200])
def test_too_many_at_once_are_refused_before_anything_is_done(steward: Any, as_user: AsUser, count: int) -> None:
    one = accepted(steward)
    ticked = [f"{one.number}:0", *(f"HK-2026-{n:06d}:0" for n in range(count - 1))]
    data = {"act": "note", "said": "yes", "text": "x", "key": uuid.uuid4(), "pick": ticked}
    assert "At most 60 requests at a time." in text(as_user(steward).post(PAGE, data, follow=True))
    assert not one.events.exists()


def test_ten_at_once(steward: Any) -> None:
    done = run(
        steward, "tag", [accepted(steward, asker=steward, enterprise=None) for _each in range(10)], names=["租金"]
    )
    assert done.items.filter(refusal="").count() == 10
    assert bulk.undo(done, by=steward) == []
    assert not RequestTag.objects.exists()


def test_requests_that_vanish_meanwhile_are_left_out(steward: Any, as_user: AsUser) -> None:
    here, gone, moved = accepted(steward), accepted(steward), accepted(steward)
    other = StewardFactory(department=DepartmentFactory())
    HelpRequest.objects.filter(pk=moved.pk).update(
        steward=other, handler=other, department=other.department, accepted_at=None, assigned_at=None
    )
    ticked = [f"{each.number}:0" for each in (here, gone, moved)]
    gone.delete()
    data = {"act": "note", "said": "yes", "text": "Look.", "key": uuid.uuid4(), "pick": ticked}
    page = text(as_user(steward).post(PAGE, data, follow=True))
    assert here.subject in page
    assert moved.subject not in page
    assert BulkItem.objects.get().request == here


@pytest.mark.parametrize(
    "ticked",
    [["\0:1"], ["T-1"], [":"], ["T-1:²"], ["T-1:99999999999"], ["T-1:-1"], ["x" * 5_000 + ":1"], ["<b>:1"], ["租:1"]],
    ids=["null", "no version", "nothing", "superscript", "huge", "negative", "long", "mark-up", "chinese"],
)
def test_odd_ticks_do_nothing(steward: Any, as_user: AsUser, ticked: list[str]) -> None:
    data = {"act": "note", "said": "yes", "text": "x", "key": uuid.uuid4(), "pick": ticked}
    response = as_user(steward).post(PAGE, data, follow=True)
    assert response.status_code == 200
    assert not BulkItem.objects.exists()


@pytest.mark.parametrize("key", ["", "no key", "\0"])
def test_a_form_without_its_key_comes_back(steward: Any, as_user: AsUser, key: str) -> None:
    one = accepted(steward)
    data = {"act": "note", "said": "yes", "text": "Kept words", "key": key, "pick": [f"{one.number}:0"]}
    page = text(as_user(steward).post(PAGE, data))
    assert "Kept words</textarea>" in page
    assert not BulkAct.objects.exists()


# --- taking back --------------------------------------------------------------------------------------------------


def test_what_somebody_changed_meanwhile_stays_and_the_others_go_back(steward: Any, as_user: AsUser) -> None:
    one, two = unassigned(2)
    done = run(steward, "accept", [one, two])
    workflow.assign(now(one), by=UserFactory(roles=["admin"]), steward=StewardFactory(name_en="Olga"))
    client = as_user(steward)
    page = text(client.post(f"{PAGE}{done.pk}/undo/", follow=True))
    assert "Assigned to Olga" in page
    assert "1 request is as it was before." in page
    assert (now(one).steward.name, now(two).steward) == ("Olga", None)
    events = two.events.count()
    page = text(client.post(f"{PAGE}{done.pk}/undo/", follow=True))
    assert "as it was before" not in page
    assert two.events.count() == events, "once"


@pytest.mark.parametrize("item", ["0", "-1", "9" * 30, "x", "\0"])
def test_an_item_that_is_not_there_takes_nothing_back(steward: Any, as_user: AsUser, item: str) -> None:
    done = run(steward, "accept", unassigned(1))
    as_user(steward).post(f"{PAGE}{done.pk}/undo/", {"item": item})
    assert done.items.get().undone_at is None


@pytest.mark.parametrize(("minutes", "can"), [(9, True), (10, False), (600, False)])
def test_ten_minutes_and_no_longer(steward: Any, minutes: int, can: bool) -> None:
    done = run(steward, "tag", [accepted(steward)], names=["Rent"])
    with time_machine.travel(done.at + timedelta(minutes=minutes), tick=False):
        assert bulk.can_undo(done, done.items.get()) is can
        assert (bulk.undo(done, by=steward) == []) is can
    assert RequestTag.objects.exists() is not can


def test_the_result_needs_no_more_queries_for_more_requests(steward: Any, as_user: AsUser) -> None:
    client, counts, asker = as_user(steward), [], UserFactory()
    requests = [accepted(steward, asker=asker, enterprise=None) for _each in range(30)]
    for many in (1, 3, 30):
        done = BulkAct.objects.create(by=steward, verb="accept", form_key=uuid.uuid4())
        BulkItem.objects.bulk_create(BulkItem(act=done, request=each) for each in requests[:many])
        with CaptureQueriesContext(connection) as queries:
            assert text(client.get(f"{PAGE}{done.pk}/")).count('name="item"') == many
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2]


# --- tags ---------------------------------------------------------------------------------------------------------


def test_tags_are_put_and_taken_back_where_they_were_new(steward: Any) -> None:
    bare, tagged = accepted(steward), accepted(steward)
    sorting.set_tags(tagged, ["Rent"], by=steward)
    done = run(steward, "tag", [bare, tagged], names=["rent", "税务"])
    assert tags_of(bare) == tags_of(tagged) == {"Rent", "税务"}
    assert bulk.undo(done, by=steward) == []
    assert (tags_of(bare), tags_of(tagged)) == (set(), {"Rent"})
    assert [now(each).lock_version for each in (bare, tagged)] == [0, 0]
    assert not any(each.events.exists() for each in (bare, tagged)), "nobody's page is out of date by it"


def test_tags_are_removed_and_come_back(steward: Any) -> None:
    one, other = accepted(steward), accepted(steward)
    sorting.set_tags(one, ["Rent", "Tax"], by=steward)
    sorting.set_tags(other, ["Visa"], by=steward)
    done = run(steward, "untag", [one, other], names=["RENT", "never used"])
    assert (tags_of(one), tags_of(other)) == ({"Tax"}, {"Visa"})
    assert refusals(done) == {other.pk: "It does not have this tag."}
    assert not Tag.objects.filter(name_en="never used").exists()
    assert bulk.undo(done, by=steward) == []
    assert tags_of(one) == {"Rent", "Tax"}


@pytest.mark.parametrize(
    ("had", "names", "why"),
    [
        (["Rent"], ["rent", "RENT"], "It has this tag already."),
        ([f"t{n}" for n in range(10)], ["Rent"], "at most 10 tags"),
        ([f"t{n}" for n in range(9)], ["Rent", "Tax"], "at most 10 tags"),
        ([], [f"t{n}" for n in range(11)], "at most 10 tags"),
        ([], ["x" * 41], "too long for a tag"),
    ],
    ids=["there already", "full", "one too many", "eleven", "long"],
)
def test_tags_that_do_not_fit(steward: Any, had: list[str], names: list[str], why: str) -> None:
    one = accepted(steward)
    sorting.set_tags(one, had, by=steward)
    done = run(steward, "tag", [one], names=names)
    assert why in refusals(done)[one.pk]
    assert tags_of(one) == set(had)
    assert not bulk.can_undo(done, done.items.get())


def test_ten_minus_one_has_room_for_what_it_has_already(steward: Any) -> None:
    one = accepted(steward)
    sorting.set_tags(one, [f"t{n}" for n in range(9)], by=steward)
    assert refusals(run(steward, "tag", [one], names=["t0", "Rent"])) == {}
    assert len(tags_of(one)) == 10


@pytest.mark.parametrize("case", ["removed", "put again", "renamed"])
def test_tags_that_somebody_changed_since(steward: Any, case: str) -> None:
    one, colleague = accepted(steward), HandlerFactory(department=steward.department)
    done = run(steward, "tag", [one], names=["Rent"])
    if case == "renamed":
        admin = UserFactory(roles=["admin"])
        catalogue.rename_tag(Tag.objects.get(), by=admin, names={"name_zh_hans": "租金", "name_en": "Rents"})
    else:
        sorting.set_tags(one, [], by=colleague)
        if case == "put again":
            sorting.set_tags(one, ["Rent"], by=colleague)
    found = bulk.undo(done, by=steward)
    assert bool(found) is (case != "renamed"), "another name is the same tag"
    assert all("Somebody has changed the tags" in each for each in found)
    assert tags_of(one) == ({"Rent"} if case == "put again" else set())


@pytest.mark.parametrize("case", ["back already", "no room", "tag is gone"])
def test_removed_tags_that_cannot_come_back(steward: Any, case: str) -> None:
    one = accepted(steward)
    sorting.set_tags(one, ["Rent"], by=steward)
    done = run(steward, "untag", [one], names=["Rent"])
    if case == "tag is gone":
        catalogue.remove_tag(Tag.objects.get(), by=UserFactory(roles=["admin"]))
    else:
        sorting.set_tags(one, ["Rent"] if case == "back already" else [f"t{n}" for n in range(10)], by=steward)
    before = tags_of(one)
    assert "Somebody has changed the tags" in bulk.undo(done, by=steward)[0]
    assert tags_of(one) == before


def test_who_has_only_a_part_of_a_request_does_not_tag_it(steward: Any) -> None:
    handler = HandlerFactory()
    part = RequestPartFactory(request=accepted(steward), department=handler.department)
    done = run(handler, "tag", [part.request], names=["Rent"])
    assert "Only those who have the whole request" in refusals(done)[part.request_id]
    assert not Tag.objects.exists(), "nor does a new word join the list"


def test_undo_needs_the_request_still_on_the_desk(steward: Any) -> None:
    one = accepted(steward)
    done = run(steward, "tag", [one], names=["Rent"])
    other = StewardFactory(department=DepartmentFactory())
    HelpRequest.objects.filter(pk=one.pk).update(steward=other, handler=other, department=other.department)
    assert "not on your desk" in bulk.undo(done, by=steward)[0]
    assert tags_of(one) == {"Rent"}
    with pytest.raises(Refused, match="not on your desk"):
        tagging.tag(now(one), by=steward, names=["Tax"])


def test_tags_from_the_queue_to_the_result(steward: Any, as_user: AsUser) -> None:
    one, client, key = accepted(steward, subject="Office space"), as_user(steward), uuid.uuid4()
    sorting.set_tags(accepted(StewardFactory()), ["Elsewhere"], by=UserFactory(roles=["admin"]))
    queue = text(client.get("/en/desk/"))
    assert 'value="tag">Add tags<' in queue
    assert 'value="untag">Remove tags<' in queue
    data = {"act": "tag", "pick": [f"{one.number}:0"], "key": key}
    asked = text(client.post(PAGE, data))
    assert "Add tags: 1 request" in asked
    assert '<option value="Elsewhere">' in asked
    assert "Write a tag." in text(client.post(PAGE, {**data, "said": "yes", "names": " ，, #"}))
    page = text(client.post(PAGE, {**data, "said": "yes", "names": "#Rent，税务"}, follow=True))
    assert "Done" in page
    assert "Take all of them back" in page
    assert tags_of(one) == {"Rent", "税务"}
    asked = text(client.post(PAGE, {**data, "act": "untag"}))
    assert '<option value="Rent">' in asked
    assert "Elsewhere" not in asked, "only what the ticked requests have"
    page = text(client.post(f"{PAGE}{BulkAct.objects.get().pk}/undo/", follow=True))
    assert "1 request is as it was before." in page
    assert tags_of(one) == set()


def test_the_moment_of_the_act_is_kept(steward: Any) -> None:
    one = accepted(steward)
    run(steward, "tag", [one], names=["Rent"])
    tagged = RequestTag.objects.get(request=one)
    assert tagged.by == steward
    assert timezone.now() - tagged.at < timedelta(minutes=1)
