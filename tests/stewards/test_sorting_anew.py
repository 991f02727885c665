"""A request sorted into another type or category: its promise may get shorter, never longer, and everybody is told."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone, translation

from portal.core import calendar
from portal.core.access import Refused
from portal.core.calendar import local_day
from stewards import timeline, workflow
from stewards.acts import lock
from stewards.models import HelpRequest, RequestCategory, RequestPart, ServiceStandard, TimeAsk
from stewards.relations import promises, sorting
from tests.factories.accounts import HandlerFactory, StewardFactory, UserFactory
from tests.factories.enterprises import MembershipFactory
from tests.factories.parts import taken
from tests.factories.stewards import accepted

pytestmark = pytest.mark.django_db
SORT = "/en/desk/{}/arrange/"


def working(ahead: int) -> date:
    return calendar.current().add_working_days(local_day(), ahead)


def fresh(request: HelpRequest) -> HelpRequest:
    return HelpRequest.objects.get(pk=request.pk)


@pytest.fixture
def steward(db: None) -> Any:
    return StewardFactory(name_en="Stella")


@pytest.fixture
def owner(db: None) -> Any:
    return MembershipFactory(user__name_en="Olive")


@pytest.fixture
def asked(steward: Any, owner: Any) -> HelpRequest:
    """Help that was promised within five working days, today."""
    return accepted(
        steward, enterprise=owner.enterprise, asker=owner.user, due_on=working(5), promised_days=5, type="help"
    )


@pytest.fixture
def categories(db: None) -> dict[str, RequestCategory]:
    """One in general, and those that the standard gives 2 and 9 working days."""
    found = {}
    for name, days in (("plain", None), ("quick", 2), ("slow", 9)):
        found[name] = RequestCategory.objects.create(name_en=name.title(), name_zh_hans=f"{name}类")
        for type in ("help", "complaint") if days else ():
            ServiceStandard.objects.create(type=type, category=found[name], days=days, valid_from="2020-01-01")
    return found


def told(person: Any) -> list[tuple[str, str]]:
    return list(person.messages_received.order_by("pk").values_list("kind", "state"))


# --- the promise ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("category", "due"), [("plain", 5), ("quick", 2), ("slow", 5)], ids=lambda each: str(each))
def test_it_gets_shorter_and_never_longer(
    asked: HelpRequest, steward: Any, categories: Any, category: str, due: int
) -> None:
    done = sorting.set_category(asked, categories[category], by=steward)
    assert (done.category, done.due_on, done.promised_days) == (categories[category], working(due), due)
    assert fresh(asked).due_on == working(due)
    assert fresh(asked).lock_version == (due != 5)


def test_there_and_back_it_stays_short(asked: HelpRequest, steward: Any, categories: Any) -> None:
    for name in ("quick", "slow", "plain"):
        sorting.set_category(asked, categories[name], by=steward)
    sorting.set_category(asked, None, by=steward)
    assert fresh(asked).due_on == working(2)


def test_the_enterprise_and_the_desk_are_told(asked: HelpRequest, owner: Any, categories: Any, as_user: Any) -> None:
    admin = UserFactory(roles=["admin"], name_en="Ada")
    sorting.set_category(asked, categories["quick"], by=admin)
    assert told(owner.user) == [("request.sorted", "held")]
    assert told(asked.steward) == [("request.sorted", "queued")]
    mail = owner.user.messages_received.get()
    assert mail.subject == f"Your request was sorted anew ({asked.number})"
    assert "Ada set the category: Quick" in mail.body
    assert "The answer comes sooner than promised: by " in mail.body
    (entry,) = timeline.entries(fresh(asked))  # public
    assert entry.facts.startswith("Due by ")
    assert "; before: " in entry.facts
    page = as_user(owner.user).get(f"/zh-hans/requests/{asked.number}/").content.decode()
    assert "quick类" in page


def test_without_a_new_date_nobody_is_bothered(asked: HelpRequest, owner: Any, steward: Any, categories: Any) -> None:
    sorting.set_category(asked, categories["slow"], by=UserFactory(roles=["admin"]))
    assert told(owner.user) == told(steward) == []
    assert timeline.entries(fresh(asked)) == []


def test_parts_become_due_with_it(asked: HelpRequest, steward: Any, categories: Any) -> None:
    handler = HandlerFactory()
    part = taken(asked, handler, due_on=working(4))
    sorting.set_category(asked, categories["quick"], by=steward)
    assert RequestPart.objects.get(pk=part.pk).due_on == working(2)
    assert told(handler) == [("request.sorted", "held")]
    assert handler.messages_received.get().subject.startswith("A part has a new due date")


def test_the_next_working_day_at_least_is_left(asked: HelpRequest, steward: Any, categories: Any) -> None:
    """Received long ago and extended by a wait: two days from the receipt are over, so it is due tomorrow."""
    HelpRequest.objects.filter(pk=asked.pk).update(
        submitted_at=timezone.now() - timedelta(days=21), promised_days=30, due_on=working(15)
    )
    done = sorting.set_category(fresh(asked), categories["quick"], by=steward)
    assert done.due_on == working(1)
    running = promises.round_of(done)
    assert running.due(done.promised_days, calendar.current()).day == done.due_on  # a new calendar finds it again


def test_a_promise_for_tomorrow_stays(asked: HelpRequest, steward: Any, categories: Any) -> None:
    HelpRequest.objects.filter(pk=asked.pk).update(promised_days=1, due_on=working(1))
    assert promises.shorter(lock_now(asked, categories["quick"]), timezone.now()) is None


def lock_now(request: HelpRequest, category: RequestCategory) -> HelpRequest:
    HelpRequest.objects.filter(pk=request.pk).update(category=category)
    with transaction.atomic():
        return lock(request)


STAYS: dict[str, dict[str, Any]] = {
    "complex": {"complex": True},
    "new-date": {"renewed_due_on": date(2030, 1, 2)},
    "late": {"due_on": date(2020, 1, 2)},
    "answered": {"state": "answered", "answered_at": timezone.now()},
    "closed": {"state": "closed", "closed_at": timezone.now()},
    "merged": {"state": "merged"},
}


@pytest.mark.parametrize("fields", STAYS.values(), ids=STAYS)
def test_what_was_decided_or_is_over_stays(asked: HelpRequest, steward: Any, categories: Any, fields: Any) -> None:
    HelpRequest.objects.filter(pk=asked.pk).update(**fields)
    before = fresh(asked).due_on
    done = sorting.set_category(asked, categories["quick"], by=steward)
    assert (done.due_on, done.category) == (before, categories["quick"])


@pytest.mark.parametrize(("state", "due"), [("approved", 5), ("refused", 2), ("pending", 2)])
def test_more_time_that_a_person_has_given_stays(
    asked: HelpRequest, steward: Any, categories: Any, state: str, due: int
) -> None:
    TimeAsk.objects.create(
        request=asked, round=1, kind="extension", days=2, reason="Far away.", asked_by=steward, due_before=working(3),
        state=state, **({} if state == "pending" else {"decided_by": UserFactory(), "decided_at": timezone.now()}),
    )  # fmt: skip
    assert sorting.set_category(asked, categories["quick"], by=steward).due_on == working(due)


def test_a_day_that_was_promised_as_such_stays(asked: HelpRequest, steward: Any, categories: Any) -> None:
    asked.events.create(kind="submitted", data={"fixed": True}, at=asked.submitted_at)
    assert sorting.set_category(asked, categories["quick"], by=steward).due_on == working(5)


def test_while_the_enterprise_is_asked_the_wait_still_counts(asked: HelpRequest, steward: Any, categories: Any) -> None:
    since = timezone.now() - timedelta(days=14)
    HelpRequest.objects.filter(pk=asked.pk).update(state="waiting", waiting_since=since, submitted_at=since)
    day = calendar.current().add_working_days(local_day(since), 5)
    HelpRequest.objects.filter(pk=asked.pk).update(due_on=day)
    done = sorting.set_category(fresh(asked), categories["quick"], by=steward)
    assert done.due_on == calendar.current().add_working_days(local_day(since), 2)
    done = workflow.reply(done, by=asked.asker, text="Since May.")
    assert done.due_on == working(2)


# --- the type ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type", "due"), [("consultation", 1), ("suggestion", 1), ("complaint", 5), ("report", 5)], ids=str
)
def test_another_type(asked: HelpRequest, owner: Any, steward: Any, type: str, due: int) -> None:
    done = sorting.sort(asked, by=steward, category=None, type=type)
    assert (done.type, done.due_on) == (type, working(due))
    assert told(owner.user) == [("request.sorted", "held")]
    title = timeline.entries(done)[0].title
    assert title == f"Stella sorted the request anew: {done.get_type_display()}; category: none"


def test_from_a_short_one_to_a_long_one_nothing_is_gained(asked: HelpRequest, steward: Any) -> None:
    HelpRequest.objects.filter(pk=asked.pk).update(type="consultation", due_on=working(1), promised_days=1)
    done = sorting.sort(asked, by=steward, category=None, type="help")
    assert (done.type, done.due_on, done.promised_days) == ("help", working(1), 1)


@pytest.mark.parametrize("grave", ["complaint", "report"])
def test_a_complaint_stays_one_unless_the_service_centre_decides(asked: HelpRequest, steward: Any, grave: str) -> None:
    HelpRequest.objects.filter(pk=asked.pk).update(type=grave)
    with pytest.raises(Refused, match="Only the service centre can make something else"):
        sorting.sort(asked, by=steward, category=None, type="help")
    assert fresh(asked).type == grave
    assert sorting.sort(asked, by=UserFactory(roles=["admin"]), category=None, type="help").type == "help"


@pytest.mark.parametrize("type", ["wish", "HELP", " help"])
def test_there_are_five_types(asked: HelpRequest, steward: Any, type: str) -> None:
    with pytest.raises(Refused, match="no such type"):
        sorting.sort(asked, by=steward, category=None, type=type)


def test_its_kept_sentence_is_in_the_reader_s_language(asked: HelpRequest, steward: Any, categories: Any) -> None:
    done = sorting.sort(asked, by=steward, category=categories["plain"], type="suggestion")
    with translation.override("zh-hans"):
        title = timeline.entries(done)[0].title
    assert "建议" in title
    assert "plain类" in title


# --- under the lock, and by form -----------------------------------------------------------------------------------


def test_what_has_left_the_desk_meanwhile_is_not_sorted(asked: HelpRequest, steward: Any, categories: Any) -> None:
    """The page was loaded, then the request went to somebody else."""
    loaded = fresh(asked)
    other = StewardFactory(department=HandlerFactory().department)
    HelpRequest.objects.filter(pk=asked.pk).update(steward=other, handler=other, department=other.department)
    for act in (
        lambda: sorting.set_category(loaded, categories["plain"], by=steward),
        lambda: sorting.set_tags(loaded, ["rent"], by=steward),
    ):
        with pytest.raises(Refused, match="not on your desk"):
            act()
    assert not fresh(asked).tagged.exists()


def form_of(client: Any, request: HelpRequest) -> dict[str, str]:
    """What the page's form sends when nothing is changed."""
    form = client.get(SORT.format(request.number)).context["sort"]
    return {"act": "sort", **{name: str(form.initial.get(name) or "") for name in form.fields}}


def test_an_older_page_undoes_nothing(asked: HelpRequest, steward: Any, categories: Any, as_user: Any) -> None:
    client, url = as_user(steward), SORT.format(asked.number)
    sorting.set_tags(asked, ["rent", "visa"], by=steward)
    page = form_of(client, asked)
    sorting.set_tags(asked, ["rent", "tax"], by=steward)  # a colleague: visa away, tax on it
    sorting.set_category(asked, categories["plain"], by=steward)
    assert client.post(url, page | {"tags": "rent, visa, lease"}).status_code == 302
    assert sorted(str(each.tag) for each in asked.tagged.all()) == ["lease", "rent", "tax"]
    assert fresh(asked).category == categories["plain"]
    page = form_of(client, asked)
    assert client.post(url, page | {"category": "", "tags": ""}).status_code == 302
    assert (fresh(asked).category, asked.tagged.count()) == (None, 0)


def test_tags_of_two_people_are_together_no_more_than_ten(asked: HelpRequest, steward: Any, as_user: Any) -> None:
    client, url = as_user(steward), SORT.format(asked.number)
    page = form_of(client, asked)
    sorting.set_tags(asked, [f"a{n}" for n in range(8)], by=steward)
    response = client.post(url, page | {"tags": "b1, b2, b3"})
    assert (response.status_code, "at most 10 tags" in response.content.decode()) == (422, True)
    assert asked.tagged.count() == 8


def test_both_or_neither(asked: HelpRequest, steward: Any, categories: Any, as_user: Any) -> None:
    """A refused type takes the tags along; what was typed is still there."""
    HelpRequest.objects.filter(pk=asked.pk).update(type="complaint")
    client = as_user(steward)
    page = form_of(client, asked) | {"type": "help", "tags": "租金", "category": str(categories["quick"].pk)}
    response = client.post(SORT.format(asked.number), page)
    assert response.status_code == 422
    words = response.content.decode()
    assert "Only the service centre can make something else" in words
    assert 'value="租金"' in words
    assert (fresh(asked).category, asked.tagged.count(), fresh(asked).due_on) == (None, 0, working(5))


@pytest.mark.parametrize(("category", "words"), [("quick", "due sooner now"), ("slow", "the due date stays")])
def test_the_page_says_what_became_of_the_date(
    asked: HelpRequest, steward: Any, categories: Any, as_user: Any, category: str, words: str
) -> None:
    client = as_user(steward)
    page = form_of(client, asked) | {"category": str(categories[category].pk)}
    assert words in client.post(SORT.format(asked.number), page, follow=True).content.decode()


def test_a_forged_form_is_no_way_around(asked: HelpRequest, steward: Any, as_user: Any) -> None:
    client, url = as_user(steward), SORT.format(asked.number)
    for sent in ({"type": "wish"}, {"was_tags": "x" * 5000, "tags": "y" * 600}, {"category": "-1"}):
        assert client.post(url, {"act": "sort", **sent}).status_code == 422
    assert client.post(url, {"act": "sort", "was_tags": "never, heard", "tags": ""}).status_code == 302
    assert not asked.tagged.exists()
