"""Parts under attack: other departments, returns one after the other, files, holidays, odd input, what is disclosed."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.core import calendar
from portal.core.access import Refused
from stewards import workflow
from stewards.models import Attachment, HelpRequest, RequestPart
from stewards.parts import dates, forms, presenting, queries, rules, standing, verbs
from stewards.transitions import Verb
from tests.factories.accounts import DepartmentFactory, HandlerFactory, StewardFactory, UserFactory
from tests.factories.parts import RequestPartFactory, done, taken
from tests.factories.stewards import accepted
from tests.stewards.scene import pdf, uploads

pytestmark = pytest.mark.django_db
BIG = 9**30


@pytest.fixture
def handler(db: None) -> Any:
    return HandlerFactory(name_en="Hanna")


@pytest.fixture
def asked(db: None) -> HelpRequest:
    return accepted(StewardFactory(name_en="Stella"))


def url(part: Any, act: str = "") -> str:
    return f"/en/desk/parts/{getattr(part, 'pk', part)}/{act}"


def sent(part: RequestPart, **data: Any) -> dict[str, Any]:
    return {"seen": part.lock_version, **data}


def fresh(part: RequestPart) -> RequestPart:
    return RequestPart.objects.select_related("request").get(pk=part.pk)


# --- whose it is ---------------------------------------------------------------------------------------------------

WHO = {  # what each can do with a part that is open / accepted by Hanna / answered / with the service centre
    "hanna": ("accept return transfer answer-not", "answer return transfer", "", ""),
    "colleague": ("accept return transfer", "", "", ""),
    "elsewhere": ("", "", "", ""),
    "steward": ("withdraw move", "withdraw move", "send_back", "withdraw"),
    "other-steward": ("", "", "", ""),
    "admin": ("withdraw move", "withdraw move", "send_back", "withdraw decide"),
    "leader": ("", "", "", ""),
    "enterprise": ("", "", "", ""),
}
NAMES = {
    "accept": Verb.ACCEPT_PART, "answer": Verb.ANSWER_PART, "return": Verb.RETURN_PART, "transfer": Verb.TRANSFER_PART,
    "withdraw": Verb.WITHDRAW_PART, "move": Verb.MOVE_PART, "send_back": Verb.SEND_PART_BACK,
    "decide": Verb.DECIDE_PART,
}  # fmt: skip


@pytest.mark.parametrize("who", WHO)
def test_who_can_do_what(asked: HelpRequest, handler: Any, who: str) -> None:
    department = handler.department
    person = {
        "hanna": lambda: handler,
        "colleague": lambda: HandlerFactory(department=department),
        "elsewhere": HandlerFactory,
        "steward": lambda: asked.steward,
        "other-steward": lambda: StewardFactory(department=DepartmentFactory()),
        "admin": lambda: UserFactory(roles=["admin"]),
        "leader": lambda: UserFactory(roles=["leader"]),
        "enterprise": lambda: asked.asker,
    }[who]()
    states = ("open", "accepted", "answered", "centre")
    for state, allowed in zip(states, WHO[who], strict=True):
        RequestPart.objects.all().delete()
        fields = {} if state in ("open", "centre") else {"handler": handler}
        fields |= {"answer": "Fine.", "answered_at": asked.submitted_at} if state == "answered" else {}
        part = RequestPartFactory(request=asked, department=department, state=state, **fields)
        part.request = HelpRequest.objects.get(pk=asked.pk)
        can = {verb for verb in NAMES.values() if rules.may(person, verb, part)}
        assert can == {NAMES[name] for name in allowed.split() if name in NAMES}, state


def test_a_handler_of_another_department_finds_nothing(asked: HelpRequest, handler: Any, as_user: Any) -> None:
    part = taken(asked, handler)
    other = HandlerFactory()
    taken(accepted(), other)
    client = as_user(other)
    assert client.get(url(part)).status_code == 404
    for verb in (Verb.ANSWER_PART, Verb.WITHDRAW_PART):
        assert client.post(url(part, f"{verb}/"), sent(part, text="x", reason="x")).status_code == 404
    assert client.get(f"/en/desk/{asked.number}/").status_code == 404
    assert client.post(f"/en/desk/{asked.number}/parts/", {"asked": "x"}).status_code == 404
    assert fresh(part).lock_version == 0


def test_two_departments_do_not_read_each_other(asked: HelpRequest, handler: Any, as_user: Any) -> None:
    other = HandlerFactory()
    mine, theirs = taken(asked, handler, asked="Taxes?"), taken(asked, other, asked="Any fines at all?")
    verbs.answer(theirs, by=other, text="A secret fine.", files=uploads("fine.pdf"))
    client = as_user(handler)
    page = client.get(f"/en/desk/{asked.number}/").content.decode() + client.get(url(mine)).content.decode()
    assert "Taxes?" in page
    for words in ("A secret fine.", "Any fines at all?", "fine.pdf"):
        assert words not in page
    assert client.get(url(theirs)).status_code == 404
    assert client.get(f"/en/requests/files/{Attachment.objects.get().key}/").status_code == 404


def test_after_moving_to_another_department_it_stays_behind(asked: HelpRequest, handler: Any) -> None:
    """The part is the department's: whoever leaves keeps what has their name on it to read, and can do no more."""
    part = taken(asked, handler)
    handler.department = DepartmentFactory()
    handler.save()
    for act, facts in ((verbs.answer, {"text": "x"}), (verbs.give_back, {"reason": "x"})):
        with pytest.raises(Refused, match="Only the department whose part it is"):
            act(part, by=handler, **facts)  # type: ignore[operator]
    colleague = HandlerFactory(department=part.department)
    assert verbs.accept(part, by=colleague).handler == colleague


def test_who_lost_the_role_does_nothing(asked: HelpRequest, handler: Any, as_user: Any) -> None:
    part = taken(asked, handler)
    handler.roles = ["editor"]
    handler.save()
    with pytest.raises(Refused):
        verbs.answer(part, by=handler, text="x")
    assert as_user(handler).get(url(part)).status_code == 404


# --- returns -------------------------------------------------------------------------------------------------------


def test_three_departments_return_it_one_after_the_other(asked: HelpRequest) -> None:
    """The first two come back to the steward, the third is decided, and whoever has it then keeps it."""
    admin, people = UserFactory(roles=["admin"]), [HandlerFactory() for _n in range(4)]
    states = []
    for person in people[:3]:
        day = dates.proposed(asked)
        part = verbs.add(asked, by=asked.steward, department=person.department, asked="Taxes?", due_on=day)
        states.append(verbs.give_back(part, by=person, reason="Not ours.").state)
    assert states == ["returned", "returned", "centre"]
    assert HelpRequest.objects.get(pk=asked.pk).returns == 3
    assert admin.messages_received.count() == 1
    given = verbs.decide(part, by=admin, department=people[3].department, reason="Yours.", due_on=dates.proposed(asked))
    with pytest.raises(Refused, match="The service centre has decided"):
        verbs.give_back(given, by=people[3], reason="No.")
    late = verbs.add(
        asked, by=asked.steward, department=people[0].department, asked="More?", due_on=dates.proposed(asked)
    )
    assert verbs.give_back(late, by=people[0], reason="No.").state == "centre"  # from now on each is decided


def test_returns_of_the_whole_and_of_parts_count_together(asked: HelpRequest, handler: Any) -> None:
    other = HandlerFactory()
    for _time in range(2):
        now = HelpRequest.objects.get(pk=asked.pk)
        if now.state == "assigned":
            workflow.accept(now, by=asked.steward)
        workflow.refer(now, by=asked.steward, department=handler.department, reason="Tax.")
        workflow.give_back(now, by=handler, reason="No.")
    workflow.accept(asked, by=asked.steward)
    part = taken(asked, other)
    assert verbs.give_back(part, by=other, reason="No.").state == "centre"


def test_a_second_click_returns_nothing_more(asked: HelpRequest, handler: Any, as_user: Any) -> None:
    part = taken(asked, handler)
    client = as_user(handler)
    answers = [client.post(url(part, "return_part/"), sent(part, reason="Not ours.")) for _time in range(2)]
    assert [each.status_code for each in answers] == [302, 409]
    assert HelpRequest.objects.get(pk=asked.pk).returns == 1
    assert "Not ours." in answers[1].content.decode()  # what was typed is not lost


# --- files ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([SimpleUploadedFile("a.exe", b"MZ\x00\x00", "application/pdf")], "a.exe"),
        ([SimpleUploadedFile("a.pdf", b"", "application/pdf")], "a.pdf"),
        ([pdf(f"{n}.pdf") for n in range(6)], "at most 5"),
    ],
    ids=["no-pdf", "empty", "six"],
)
def test_bad_files_keep_the_words(asked: HelpRequest, handler: Any, as_user: Any, files: Any, words: str) -> None:
    part = taken(asked, handler)
    for each in files:
        each.seek(0)
    response = as_user(handler).post(url(part, "answer_part/"), sent(part, text="It owes nothing.", uploads=files))
    page = response.content.decode()
    assert response.status_code == 422
    assert "It owes nothing." in page
    assert words.lower() in page.lower() or "file" in page
    assert (fresh(part).state, Attachment.objects.count()) == ("accepted", 0)


def test_a_file_of_an_answer_that_was_sent_back_is_still_the_desk_s_alone(
    asked: HelpRequest, handler: Any, as_user: Any
) -> None:
    part = verbs.answer(taken(asked, handler), by=handler, text="See.", files=uploads("a.pdf"))
    verbs.send_back(part, by=asked.steward, reason="Which year?", due_on=dates.proposed(asked))
    file = Attachment.objects.get()
    with pytest.raises(Refused, match="Not answered by everybody"):
        workflow.answer(asked, by=asked.steward, text="See.", part_files=[str(file.key)])
    verbs.answer(part, by=handler, text="2025.")
    workflow.answer(HelpRequest.objects.get(pk=asked.pk), by=asked.steward, text="See.", part_files=[])
    assert Attachment.objects.filter(internal=False).count() == 0
    assert as_user(asked.asker).get(f"/en/requests/files/{file.key}/").status_code == 404


def test_files_of_another_request_do_not_go_with_the_answer(asked: HelpRequest, handler: Any) -> None:
    other = verbs.answer(taken(accepted(), handler), by=handler, text="Theirs.", files=uploads("theirs.pdf"))
    done(asked, HandlerFactory())
    key = str(Attachment.objects.get(request=other.request).key)
    workflow.answer(asked, by=asked.steward, text="See.", part_files=[key, "", "x" * 500])
    assert not asked.attachments.exists()


# --- days ----------------------------------------------------------------------------------------------------------

SPRING = [  # today, the request's due date, what is proposed for a part: around the Spring Festival of 2026
    ("2026-02-12", date(2026, 2, 27), date(2026, 2, 26)),
    ("2026-02-12", date(2026, 2, 24), date(2026, 2, 14)),  # Saturday the 14th is a make-up workday
    ("2026-02-13", date(2026, 2, 14), date(2026, 2, 13)),
    ("2026-02-16", date(2026, 2, 24), date(2026, 2, 24)),  # in the holidays: the first day that there is
    ("2026-09-30", date(2026, 10, 8), date(2026, 9, 30)),
]


@pytest.mark.parametrize(("today", "due", "proposed"), SPRING, ids=[f"{each[0]}-{each[1]:%m%d}" for each in SPRING])
def test_a_part_over_a_holiday(asked: HelpRequest, handler: Any, today: str, due: date, proposed: date) -> None:
    with time_machine.travel(f"{today}T10:00:00+08:00", tick=False):
        asked.due_on = due
        assert dates.proposed(asked) == proposed
        assert dates.checked(asked, proposed) == proposed
        for day in (date(2026, 2, 17), date(2026, 2, 15), date(2026, 10, 3)):
            with pytest.raises(Refused):
                dates.checked(asked, day)


@pytest.mark.parametrize(("days", "due"), [(0, date(2026, 2, 13)), (1, date(2026, 2, 14)), (2, date(2026, 2, 24))])
def test_a_wait_over_a_holiday_moves_the_part_by_working_days(
    asked: HelpRequest, handler: Any, days: int, due: date
) -> None:
    part = taken(asked, handler, due_on=date(2026, 2, 13))
    dates.shift(asked, days)
    assert fresh(part).due_on == due


def test_no_part_is_late_before_its_request_s_last_day(asked: HelpRequest, handler: Any) -> None:
    """A supervised request that becomes due tomorrow takes its parts along, and tells so on the page."""
    part = taken(asked, handler, due_on=asked.due_on)
    admin = UserFactory(roles=["admin"])
    workflow.supervise(asked, by=admin, reason="Now.")
    now = fresh(part)
    assert now.due_on <= now.request.due_on
    assert calendar.current().is_working(now.due_on)


# --- odd input -----------------------------------------------------------------------------------------------------

ODD: list[tuple[str, dict[str, Any], int]] = [
    ("answer_part", {"text": "a\x00b"}, 422),
    ("answer_part", {"text": "x" * 10_001}, 422),
    ("answer_part", {"text": " \r\n "}, 422),
    ("return_part", {"reason": "x" * 2_001}, 422),
    ("transfer_part", {"reason": "x", "department": BIG}, 422),
    ("transfer_part", {"reason": "x", "department": "0 OR 1=1"}, 422),
    ("answer_part", {"text": "x", "seen": "²"}, 409),
    ("answer_part", {"text": "x", "seen": BIG}, 409),
    ("answer_part", {"text": "x", "seen": "-1"}, 409),
    ("move_part", {"due_on": "2026-13-45", "reason": "x"}, 409),
    ("accept", {}, 404),
    ("__class__", {}, 404),
]


@pytest.mark.parametrize(("verb", "data", "code"), ODD, ids=[f"{n}-{each[0]}" for n, each in enumerate(ODD)])
def test_odd_input_changes_nothing(
    asked: HelpRequest, handler: Any, as_user: Any, verb: str, data: Any, code: int
) -> None:
    part = taken(asked, handler)
    response = as_user(handler).post(url(part, f"{verb}/"), sent(part) | data)
    assert response.status_code == code
    assert fresh(part).lock_version == 0


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2026-02-30", "", "tomorrow", "١٢"])
def test_odd_days_come_back(asked: HelpRequest, handler: Any, as_user: Any, day: str) -> None:
    data = {"seen": asked.lock_version, "department": handler.department_id, "asked": "Taxes?", "due_on": day}
    response = as_user(asked.steward).post(f"/en/desk/{asked.number}/parts/", data)
    assert (response.status_code, "Taxes?" in response.content.decode()) == (422, True)
    assert not RequestPart.objects.exists()


def test_parts_that_are_not_there(as_user: Any, handler: Any) -> None:
    client = as_user(handler)
    for key in (0, 10**9, BIG):
        assert client.get(url(key)).status_code == 404
    assert client.get(url(1, "answer_part/")).status_code == 404
    assert client.get("/en/desk/parts/", {"list": "x\x7f", "cursor": "%%%"}).status_code == 200


# --- lists and words -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("roles", "names"),
    [
        (["handler"], ["department", "done"]),
        (["steward"], ["requests", "department", "done"]),
        (["steward", "handler"], ["department", "requests", "done"]),
        (["admin"], ["decide", "open"]),
        (["admin", "handler"], ["department", "decide", "open", "done"]),
        (["leader"], []),
        ([], []),
    ],
    ids=["handler", "steward", "both", "admin", "admin-handler", "leader", "nobody"],
)
def test_whose_lists(roles: list[str], names: list[str]) -> None:
    person = UserFactory(roles=roles, department=DepartmentFactory() if roles else None)
    assert queries.lists_for(person) == names
    found = queries.pressing(person)
    assert (found is None) == (not names)


def test_without_a_department_there_is_no_list_of_one(handler: Any) -> None:
    handler.department = None
    assert queries.lists_for(handler) == []


@pytest.mark.parametrize(
    ("state", "words"),
    [("open", "works on a part of it until"), ("accepted", "works on a part of it until"), ("answered", "has done its"),
     ("centre", ""), ("returned", ""), ("withdrawn", "")],
)  # fmt: skip
def test_what_the_enterprise_reads(asked: HelpRequest, handler: Any, state: str, words: str) -> None:
    fields = {"handler": handler, "answer": "Secret.", "answered_at": asked.submitted_at}
    RequestPartFactory(request=asked, department=handler.department, state=state, reason="Hush.", **fields)
    found = presenting.for_enterprise(HelpRequest.objects.get(pk=asked.pk))
    assert len(found) == bool(words)
    assert all(words in each and "Secret" not in each and "Hush" not in each for each in found)


@pytest.mark.parametrize("rows", [1, 3, 12])
def test_the_list_takes_the_same_queries(
    handler: Any, as_user: Any, rows: int, django_assert_max_num_queries: Any
) -> None:
    for _n in range(rows):
        taken(accepted(), handler)
    client = as_user(handler)
    with django_assert_max_num_queries(8):
        assert len(client.get("/en/desk/parts/").context["rows"]) == rows


def test_departments_that_are_offered(asked: HelpRequest, handler: Any) -> None:
    HandlerFactory(is_active=False)
    DepartmentFactory()
    busy = HandlerFactory()
    taken(asked, busy)
    form = forms.AddForm(request=HelpRequest.objects.get(pk=asked.pk), verb=Verb.ADD_PART)
    assert list(form.fields["department"].queryset) == [handler.department]
    assert set(forms.able_departments()) == {handler.department, busy.department}


def test_the_answer_is_put_together_in_its_language(asked: HelpRequest, handler: Any) -> None:
    second = HandlerFactory()
    done(asked, handler, "Nothing owed.")
    done(asked, second, "没有欠税。")
    done(asked, HandlerFactory(), "Of the last round.", round=0)
    for language, attribute in (("en", "name_en"), ("zh-hans", "name_zh_hans")):
        HelpRequest.objects.filter(pk=asked.pk).update(language=language)
        words = standing.combined(HelpRequest.objects.get(pk=asked.pk))
        assert words == "\n\n".join(
            f"{getattr(each.department, attribute)}\n{text}"
            for each, text in ((handler, "Nothing owed."), (second, "没有欠税。"))
        )


def test_an_old_list_of_parts_is_no_list_of_late_ones(asked: HelpRequest, handler: Any) -> None:
    part = taken(asked, handler, due_on=dates.earliest() - timedelta(days=30))
    part.request = HelpRequest.objects.get(pk=asked.pk)
    assert presenting.due_words(part)[1] == "bad"
    part.request.waiting_since = asked.submitted_at
    assert presenting.due_words(part) == ("the clock stands still", "quiet")
    part.state = "answered"
    assert presenting.due_words(part) == ("", "quiet")
