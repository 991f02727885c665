"""The service as a whole, through its pages: a request that goes wrong and is put right; a visit and its promise.

Each step looks at what the next person sees. Days pass in the database: dates are moved back, then the sweep runs.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from engagement.models import Visit
from notices.models import Message
from portal.core.calendar import current, local_day
from stewards.models import HelpRequest, Rectification, Reminder
from stewards.reminding.sweep import sweep
from tests.browser.reader import Reader
from tests.factories.accounts import DepartmentFactory, HandlerFactory, UserFactory
from tests.factories.engagement import ahead, at
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.stewards import StewardshipFactory

pytestmark = pytest.mark.django_db(transaction=True)
OpenAs = Callable[..., Reader]


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """A key enterprise with its owner and steward, a colleague at the telephone, two departments, those above."""
    centre = DepartmentFactory(code="centre", name_en="Service Centre", name_zh_hans="服务中心")
    tax = DepartmentFactory(code="tax", name_en="Tax Office", name_zh_hans="税务局")
    housing = DepartmentFactory(code="housing", name_en="Housing Office", name_zh_hans="房管局")
    enterprise = EnterpriseFactory(name_en="Fictional Ferries", name_zh_hans="虚构轮渡", tier="district")
    owner = UserFactory(name_en="Alma Owner", name_zh="甲东家")
    people = {
        "owner": MembershipFactory(enterprise=enterprise, user=owner).user,
        "steward": UserFactory(roles=["steward"], department=centre, name_en="Wang Steward", name_zh="王管家"),
        "telephone": UserFactory(roles=["steward"], department=centre, name_en="Tian Hotline", name_zh="田热线"),
        "tax": HandlerFactory(department=tax, name_en="Chen Tax", name_zh="陈税务"),
        "housing": HandlerFactory(department=housing, name_en="Fan Housing", name_zh="范房管"),
        "admin": UserFactory(roles=["admin"], name_en="Zhao Admin", name_zh="赵主任"),
        "leader": UserFactory(roles=["leader"], name_en="Zhou Leader", name_zh="周领导"),
    }
    StewardshipFactory(enterprise=enterprise, steward=people["steward"])
    return people


def act(reader: Reader, verb: str, **fields: str) -> Reader:
    """Open one of the acts of a page (a request, a part or a visit), fill it in, send it."""
    form = f"form[action$='/{verb}/']"
    reader.page.locator(f"details:has({form}):not([open]) > summary").evaluate_all("found => found.map(s => s.click())")
    for name, value in fields.items():
        reader.page.fill(f"{form} [name$='{name}']", value)
    return reader.press(f"{form} button.button:not([name=look])")


def tick(reader: Reader, **choices: str) -> None:
    for name, value in choices.items():
        reader.page.locator(f"[name={name}][value='{value}']").check()


def told(reader: Reader, words: str) -> Reader:
    """What the page says above everything else about the act before."""
    shown = reader.page.locator("#messages").inner_text()
    assert words in shown, shown
    return reader


def noon() -> Any:
    """So late in the day that reminders go out."""
    return timezone.localtime().replace(hour=12)


def working_days_ago(count: int) -> date:
    today, days = local_day(), current()
    past = (today - timedelta(days=n) for n in range(count, 40))
    return next(day for day in past if days.working_days_between(day, today) == count)


def subjects(person: User) -> str:
    return "\n".join(Message.objects.filter(recipient=person).order_by("pk").values_list("subject", flat=True))


def by_telephone(open_as: OpenAs, colleague: User) -> HelpRequest:
    """What a colleague writes down while somebody is on the telephone."""
    desk = open_as(colleague, size="phone", first="desk/record/")
    desk.page.fill("[name=q]", "Fictional Fer")
    desk.page.click("button[value=find]")
    desk.page.locator("#found label", has_text="Fictional Ferries").click()
    tick(desk, channel="phone")
    desk.page.select_option("[name=type]", "help")
    said = {"name": "Ms Ferry", "phone": "021-0000 0000", "subject": "A pier to rent", "body": "Rent and tax?"}
    for name, value in said.items():
        desk.page.fill(f"[name={name}]", value)
    desk.press("button[value=record]").expect("Tell the caller", "Wang Steward", "Alma Owner", "was told at once")
    made = HelpRequest.objects.get()
    desk.expect(f"Recorded as {made.number}")
    return made


def ask_department(steward: Reader, number: str, department: User, asked: str) -> None:
    steward.go(f"desk/{number}/").press(f"a[href$='/desk/{number}/parts/']")
    steward.page.select_option("[name=department]", str(department.department_id))
    steward.page.fill("[name=asked]", asked)
    told(steward.press("main form .actions button"), "was asked").expect(asked)


def answer_part(handler: Reader, asked: str, answer: str) -> None:
    """From the department's list to the answer; the rest of the request stays with its steward."""
    handler.expect(asked).press("main tbody a")
    told(act(handler, "accept_part"), "You have accepted the part").expect("Wang Steward")
    told(act(handler, "answer_part", text=answer), "The steward has your answer")


def test_a_call_late_escalated_rated_badly_and_put_right(open_as: OpenAs, people: dict[str, User]) -> None:
    asked = by_telephone(open_as, people["telephone"])
    number = str(asked.number)
    owner = open_as(people["owner"], size="phone", first="requests/").expect("A pier to rent", number)
    owner.press(f"main a[href$='/{number}/']").expect("By telephone", "recorded by Tian Hotline", "Wang Steward")
    assert "Ms Ferry" not in owner.text()  # who called is the desk's business

    steward = open_as(people["steward"], size="phone", first="start/").expect("A pier to rent").go(f"desk/{number}/")
    steward.expect("Ms Ferry", "021-0000 0000").press("form[action$='/accept/'] button")
    ask_department(steward, number, people["tax"], "Does it owe taxes?")
    ask_department(steward, number, people["housing"], "Which pier?")
    owner.go(f"requests/{number}/").expect("Departments at work on it", "Tax Office", "Housing Office")
    assert "owe taxes" not in owner.text()
    handler = open_as(people["tax"], size="phone", first="desk/parts/")
    answer_part(handler, "Does it owe taxes?", "It owes nothing.")
    assert "Which pier?" not in handler.go(f"desk/{number}/").text()  # the other department's part
    other = open_as(people["housing"], size="phone", first="desk/parts/")
    assert "owe taxes" not in other.text()
    answer_part(other, "Which pier?", "Pier 9 is free.")
    steward.go(f"desk/{number}/").expect("Chen Tax answered the part", "Fan Housing answered the part", "Which pier?")
    it_becomes_late(asked, people, owner, steward)
    leader = it_is_escalated(open_as, asked, people, steward)
    it_is_answered(asked, owner, steward, leader)
    it_is_rated_badly_by_the_link(open_as, asked, people)
    it_is_put_right(asked, people, owner, steward)


def it_becomes_late(asked: HelpRequest, people: dict[str, User], owner: Reader, steward: Reader) -> None:
    """Days pass, then more: the enterprise hears of it first, the leader last, whoever is not concerned not at all."""
    reached = {2: {"owner", "steward"}, 4: {"owner", "steward", "admin"}, 8: {"owner", "steward", "admin", "leader"}}
    for days, names in reached.items():
        Message.objects.all().delete()
        HelpRequest.objects.filter(pk=asked.pk).update(due_on=working_days_ago(days))
        assert sweep(noon()) >= len(names)
        assert sweep(noon()) == 0
        assert {
            name for name, person in people.items() if "late" in subjects(person) or "Overdue" in subjects(person)
        } == names
    sent = Reminder.objects.filter(request=asked, recipient=people["owner"]).order_by("pk")
    assert list(sent.values_list("rule__code", flat=True)) == [
        "late-enterprise",
        "late-enterprise",
        "overdue-enterprise",
    ]
    owner.go(f"requests/{asked.number}/").expect("Overdue", "Nobody has contacted me", "A pier to rent")
    owner.go("messages/").press("main a:has-text('We are late with')").expect("We are sorry", "Wang Steward")
    owner.go(f"requests/{asked.number}/reminders/").expect("to the enterprise")
    assert "Zhou Leader" not in owner.text()
    steward.go("desk/?tab=overdue").expect("A pier to rent")
    steward.go(f"desk/{asked.number}/reminders/").expect("Zhou Leader", "Zhao Admin", "Alma Owner", "you")


def it_is_escalated(open_as: OpenAs, asked: HelpRequest, people: dict[str, User], steward: Reader) -> Reader:
    """The leader reads it, writes an instruction and orders supervised handling; both stand on the desk."""
    leader = open_as(people["leader"], size="phone", first="desk/").expect("A pier to rent")
    leader.press(f"main a[href*='/desk/{asked.number}/']")
    told(act(leader, "instruct", text="Answer this week."), "Steward and handler were told")
    act(leader, "supervise", reason="A promise was broken.").expect("Under supervised handling")
    leader.go("desk/attention/").expect("Answer this week.", "A promise was broken.", "A pier to rent")
    steward.go("messages/").expect("instruction", "upervised")
    steward.go(f"desk/{asked.number}/").expect("Answer this week.", "Zhou Leader", "no report yet")
    act(steward, "renew", day=(local_day() + timedelta(days=9)).isoformat(), reason="The pier is measured.")
    told(act(steward, "report", text="The pier was measured."), "The leader was sent your report")
    return leader


def it_is_answered(asked: HelpRequest, owner: Reader, steward: Reader, leader: Reader) -> None:
    leader.go("desk/attention/").expect("Every instruction has its report.")
    owner.go(f"requests/{asked.number}/").expect("New date for the answer", "The pier is measured.")
    assert "Answer this week." not in owner.text()  # neither the instruction nor its report is the enterprise's
    told(act(steward, "answer", text="Pier 9, and no tax is owed."), "was sent")
    owner.go(f"requests/{asked.number}/").expect("The answer", "Pier 9, and no tax is owed.")
    assert "It owes nothing." not in owner.text()


def it_is_rated_badly_by_the_link(open_as: OpenAs, asked: HelpRequest, people: dict[str, User]) -> None:
    """From the message, in a window where nobody is signed in; once."""
    body = Message.objects.filter(recipient=people["owner"], body__contains="/rate/").latest("pk").body
    link = "rate/" + body.partition("/rate/")[2].split()[0]
    visitor = open_as(size="phone").go(link).expect("A pier to rent", str(asked.number))
    assert "Pier 9" not in visitor.text()  # whoever has only the link does not read the answer
    tick(visitor, score="1", solved="no", contacted="no")
    visitor.page.fill("[name=comment]", "Three weeks too late.")
    visitor.press("main form button.button").expect("This answer is rated")
    visitor.go(link).expect("This answer is rated")
    rating = asked.ratings.get()
    assert (rating.score, rating.solved, rating.rated_by) == (1, False, people["owner"])


def it_is_put_right(asked: HelpRequest, people: dict[str, User], owner: Reader, steward: Reader) -> None:
    """Not without a call, and not by the steward alone while the enterprise is discontent."""
    owner.go(f"requests/{asked.number}/").expect("What came of your rating", "Wang Steward looks into it")
    steward.go("rectifications/").press("main tbody a").expect(
        "Three weeks too late.", "Call the enterprise back first"
    )
    call(steward, content="no", words="Still angry.").expect("only the service centre can close this")
    call(steward, content="yes", words="A discount helps.").expect("content now", "Close it")
    steward.page.fill("form:has([value=close]) [name=done]", "The first month is free.")
    steward.press("form:has([value=close]) .actions button").expect("Put right", "The first month is free.")
    owner.go(f"requests/{asked.number}/").expect("The first month is free.")
    assert "Still angry." not in owner.text()
    closed = Rectification.objects.get(request=asked)
    assert (closed.content, closed.closed_by, closed.calls.count()) == (True, people["steward"], 2)
    told(act(steward.go(f"desk/{asked.number}/"), "close"), "is closed")
    steward.go("rectifications/?show=closed").expect("A pier to rent")
    assert asked_of(asked).state == "closed"
    way = [
        "submitted",
        "part_answer",
        "instructed",
        "supervised",
        "renewed",
        "answered",
        "rated",
        "rectified",
        "closed",
    ]
    kinds = asked_of(asked).events.filter(kind__in=way).order_by("pk").values_list("kind", flat=True)
    assert list(dict.fromkeys(kinds)) == way


def call(steward: Reader, **said: str) -> Reader:
    form = "details:has([value=call])"
    if steward.page.locator(form).get_attribute("open") is None:
        steward.page.click(f"{form} > summary")
    tick(steward, reached="yes", content=said["content"])
    steward.page.fill(f"{form} [name=words]", said["words"])
    return told(steward.press(f"{form} .actions button"), "The call is kept").expect(said["words"])


def asked_of(asked: HelpRequest) -> HelpRequest:
    return HelpRequest.objects.get(pk=asked.pk)


def two_days() -> tuple[date, date]:
    """Two working days of one week, some weeks ahead."""
    first = ahead()
    while True:
        week = [first - timedelta(days=first.weekday()) + timedelta(days=n) for n in range(7)]
        days = [day for day in week if current().is_working(day)]
        if len(days) > 1:
            return days[0], days[1]
        first += timedelta(weeks=1)


def plan(reader: Reader, purpose: str) -> None:
    reader.page.fill("form:has([name=purpose]) [name=purpose]", purpose)
    reader.page.fill("[name=place]", "虚构路1号")


def test_a_visit_guarded_joined_and_its_promise_kept_in_mind(open_as: OpenAs, people: dict[str, User]) -> None:
    enterprise = people["owner"].memberships.get().enterprise
    first, second = two_days()
    steward = open_as(people["steward"], language="zh-hans", first=f"visits/plan/{enterprise.pk}/?day={first}")
    plan(steward, "人才政策")
    told(steward.expect("可以安排走访").press("button[name=ask]"), "走访已预订").expect("人才政策", "待企业答复")
    visit = Visit.objects.get()

    owner = open_as(people["owner"], language="zh-hans", first="messages/").expect("人才政策")
    owner.go("enterprise/contacts/").expect("等待您答复").press(f"main a[href$='/contacts/{visit.pk}/']")
    told(act(owner, "confirm"), "已确认，期待与您见面。").expect("王管家")
    steward.go(f"visits/{visit.pk}/").expect("已确认", "甲东家")

    colleague = open_as(people["tax"], language="zh-hans", first=f"visits/plan/{enterprise.pk}/?day={second}")
    the_guard_says_no(colleague, visit, first)
    owner.go(f"enterprise/contacts/{visit.pk}/").expect("王管家", "陈税务", "税务辅导")
    assert owner.go("enterprise/contacts/").page.locator("main form[action$='/confirm/']").count() == 0  # asked nothing
    assert Visit.objects.filter(counted=True).count() == 1
    promise = it_is_held_and_written_up(visit, people, steward, owner)
    its_date_comes_near(promise, people, steward, owner)


def the_guard_says_no(colleague: Reader, visit: Visit, first: date) -> None:
    """A second visit in that week is refused with its reasons and the way out; the colleague comes along."""
    colleague.expect("暂不能安排走访", f"{first.month}月{first.day}日")
    plan(colleague, "税务辅导")
    with colleague.page.expect_navigation():
        colleague.page.click("button[name=ask]")
    colleague.problems.clear()  # the browser reports the refusal's 409 as an error
    colleague.scan().expect("暂不能安排走访", "每周最多走访1次", "最早可安排")
    assert colleague.page.input_value("form:has([name=day]) [name=purpose]") == "税务辅导"  # nothing typed is lost
    assert Visit.objects.count() == 1
    told(colleague.press("form[action$='/join/'] button"), "企业只接待一次，无需重复答复").expect("陈税务")
    colleague.go("visits/").expect("人才政策")
    assert list(visit.participants.order_by("pk").values_list("topic", flat=True)) == ["人才政策", "税务辅导"]


def it_is_held_and_written_up(visit: Visit, people: dict[str, User], steward: Reader, owner: Reader) -> HelpRequest:
    """The day has come and gone; what was promised is a request when the write-up is finished, not before."""
    then = local_day() - timedelta(days=1)
    Visit.objects.filter(pk=visit.pk).update(starts_at=at(then, "10:00"), ends_at=at(then, "11:00"), day=then)
    steward.go("visits/?tab=write-up").expect("人才政策")
    steward.go(f"visits/{visit.pk}/")
    told(act(steward, "hold"), "已记录，请填写走访纪要").press(f"main a[href$='/{visit.pk}/write-up/']")
    due = current().add_working_days(local_day(), 4)
    said = {
        "present": "乙经理",
        "heard": "想了解落户。",
        "promise-0-text": "寄送落户材料清单",
        "promise-0-due_on": str(due),
    }
    for name, value in said.items():
        steward.page.fill(f"[name={name}]", value)
    steward.press("main .actions button.button-quiet").expect("寄送落户材料清单")
    assert not HelpRequest.objects.exists()  # notes are not finished yet
    steward.press(f"main a[href$='/{visit.pk}/write-up/']")
    assert steward.page.input_value("[name=promise-0-text]") == "寄送落户材料清单"
    told(steward.press("button[name=finish]"), "1项承诺已转为有办理期限的诉求")
    promise = HelpRequest.objects.get()
    steward.expect(str(promise.number))
    assert (promise.due_on, promise.channel, promise.steward) == (due, "visit", people["steward"])
    owner.go(f"enterprise/contacts/{visit.pk}/").expect("我们的承诺", "寄送落户材料清单")
    assert "想了解落户" not in owner.text()  # the desk's notes
    owner.press(f"main a[href$='/requests/{promise.number}/']").expect("走访", "王管家", f"{due.month}月{due.day}日")
    return promise


def its_date_comes_near(promise: HelpRequest, people: dict[str, User], steward: Reader, owner: Reader) -> None:
    """Accepted, then forgotten: the day before, the steward is reminded once, and the ledger says why."""
    steward.go("desk/").expect("寄送落户材料清单")
    steward.go(f"desk/{promise.number}/").press("form[action$='/accept/'] button")
    assert sweep(noon()) == 0  # nothing is due yet
    HelpRequest.objects.filter(pk=promise.pk).update(due_on=current().add_working_days(local_day(), 1))
    assert sweep(noon()) == 1
    assert sweep(noon()) == 0
    sent = Reminder.objects.get()
    assert (sent.rule.code, sent.recipient) == ("due-tomorrow", people["steward"])
    steward.go("messages/").press(f"main a[href$='/messages/{sent.message_id}/']").expect("寄送落户材料清单")
    steward.press("main a[href*='/why/']").expect("为什么会有这些提醒？", "即将到期", "您本人", "答复期限将至")
    assert steward.page.url.endswith(f"/desk/{promise.number}/reminders/#r{sent.pk}")
    act(steward.go(f"desk/{promise.number}/"), "answer", text="清单已寄出。")
    owner.go(f"requests/{promise.number}/").expect("清单已寄出。")
    owner.go("package/story/").expect("人才政策", "寄送落户材料清单")
