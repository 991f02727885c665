"""Open government through its pages, each journey from the first page to what came of it."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.enums import Role
from outreach.models import Observation, PackageVersion, Registration, ShareLink
from outreach.tasks import keep_packages
from portal.core.calendar import local_day
from stewards import workflow
from stewards.models import HelpRequest
from tests.browser.reader import Reader
from tests.factories import outreach as make
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.factories.assignment import StewardProfileFactory
from tests.factories.enterprises import MembershipFactory
from tests.factories.outreach_rooms import observers
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db(transaction=True)
OpenAs = Callable[..., Reader]


def test_from_the_waiting_list_to_a_request(open_as: OpenAs, db: Any) -> None:
    """Register, wait, move up when somebody cancels, be let in, ask, and have a request with a deadline."""
    texts = make.both(about="Rents explained", host="Service Centre")
    event = make.event(day=local_day(), clock="23:59", capacity=1, place=make.place(), event=texts)
    first = make.registration(event.occasion)
    member: Any = MembershipFactory(user=UserFactory(name_en="Alma Owner", language="en"))
    path = f"events/{event.slug}/"

    guest = open_as(member.user, language="en", first=path).expect("Waiting list only", "Rents explained")
    guest.press("form[action$='/register/'] button").expect("You are registered", "On the waiting list")
    leaver = open_as().go(f"guest/{first.key}/").expect("Place reserved")
    leaver.press("form[action$='/cancel/'] button").expect("Cancelled")
    guest.go(path).expect("Place reserved").press("#registered ~ p a, section[aria-labelledby=registered] a")
    own = Registration.objects.get(user=member.user)
    code = f"{own.code[:4]}-{own.code[4:]}"
    guest.expect("At the door", code)

    staff = make.organiser(name_en="Zheng Organiser", language="en")
    door = open_as(staff, language="en", first=f"outreach/events/{event.pk}/door/").expect("Place reserved 1")
    door.page.fill("#code", "2222-2222")
    door.press("form[action$='/check-in/'] button").expect("Was there 0")
    door.page.fill("#code", code.lower())
    door.press("form[action$='/check-in/'] button").expect("Was there 1")

    guest.go(path)
    guest.page.fill("[name=text]", "Can a start-up share a lease?")
    guest.press("form[action$='/ask/'] button")
    assert "share a lease" not in guest.text()
    door.go(f"outreach/events/{event.pk}/").expect("share a lease?", "Alma Owner")
    door.press("form[action$='/request/'] button")
    made = HelpRequest.objects.get()
    door.expect(f"Request {made.number}", "due")
    guest.go("requests/").expect(str(made.number))
    guest.go(f"requests/{made.number}/").expect("Can a start-up share a lease?")


def fill(reader: Reader, **texts: str) -> Reader:
    for name, text in texts.items():
        reader.page.fill(f"main [name={name}]", text)
    return reader


def test_package_recalled(open_as: OpenAs, db: Any) -> None:
    """A partner gets a package and shares it; its policy is amended; the code that was printed leads to the new one."""
    zh: dict[str, Any] = {"language": "zh-hans", "size": "phone"}
    policy = PolicyFactory(title_zh_hans="租金补贴")
    author, reviewer = make.organiser(language="zh-hans"), make.reviewer(language="zh-hans")
    partner = make.partner(name_zh_hans="虚构商会", name_en="Fictional Chamber")
    contact = make.contact(partner, user=UserFactory(language="zh-hans")).user

    desk = open_as(author, first="outreach/packages/new/", **zh)
    fill(desk, title_zh_hans="会员政策包", title_en="For members", introduction_zh_hans="甲", introduction_en="A")
    desk.press("main form .actions button").expect("服务包中还没有内容")
    desk.page.fill("#q", "租金")
    desk.press("#add form[role=search] button").press("form[action$='/add/'] button").expect("请用中英文填写入选理由")
    fill(desk, words_zh_hans="会员常问", words_en="Often asked").press("form[action$='/words/'] button")
    desk.press("form[action$='/send/'] button")
    first = PackageVersion.objects.get()
    page = f"outreach/packages/{first.pk}/"
    review = open_as(reviewer, first=page, **zh).press("form[action$='/publish/'] button").expect("已发布")
    desk.go(page).page.locator("[name=partners]").check()
    desk.press("form[action$='/hand-over/'] button").expect("虚构商会", "尚未签收")

    own = open_as(contact, first="messages/", **zh).expect("会员政策包").go("partner/packages/")
    own.press("main tbody a").press("form[action$='/receive/'] button").expect("贵单位的短链接")
    printed = f"s/{ShareLink.objects.get().code}/"
    member = open_as(None, **zh).go(printed).expect("虚构商会", "租金补贴", "会员常问")

    desk.go(f"publishing/policies/{policy.slug}/").press("form[action$='/new-version/'] button")
    fill(desk, benefit_zh_hans="按年补贴租金", benefit_en="Rent is refunded by the year").press("button[name=send]")
    review.go(f"publishing/{policy.revisions.get(state='in_review').pk}/review/").press("button[name=publish]")
    policy.refresh_from_db()
    assert policy.version == 2
    member.go(printed).expect("该政策已修订")
    keep_packages()
    desk.go("messages/").expect("中的内容有变化")
    desk.go(page).press("form[action$='/renew/'] button")
    fill(desk, why_zh_hans="补贴标准已调整", why_en="New rates").press("main form:has([name=why_en]) .actions button")
    desk.press("form[action$='/send/'] button")
    second = PackageVersion.objects.get(number=2)
    review.go(f"outreach/packages/{second.pk}/").press("form[action$='/publish/'] button")

    member.page.goto(f"{member.base}/{printed}")
    member.scan().expect("已被新版取代", "补贴标准已调整").press(".notice a.button").expect("第2版", "会员常问")
    assert "该政策已修订" not in member.text()
    own.go("partner/packages/").expect("会员政策包（第2版）", "会员政策包（第1版）")


def test_an_observation_and_its_public_reply(open_as: OpenAs, db: Any) -> None:
    """An observer writes what was seen; the department answers; its reply is published by somebody else."""
    zh: dict[str, Any] = {"language": "zh-hans", "size": "phone"}
    StewardProfileFactory()
    given = observers.assignment(department=DepartmentFactory(), task_zh_hans="服务窗口的英文指引")
    handler = UserFactory(roles=[Role.HANDLER], department=given.department, language="zh-hans")
    person = given.observer.user

    own = open_as(person, first="observer/", **zh).expect("服务窗口的英文指引")
    own.press(f"form[action$='/assignments/{given.pk}/'] button")
    own.page.select_option("[name=bilingual]", "2")
    fill(own, better="指引牌只有中文").press("button[name=send]").expect("指引牌只有中文", "2 / 5")
    row = Observation.objects.select_related("request").get()
    assert row.request is not None
    workflow.answer(workflow.accept(row.request, by=handler), by=handler, text="指引牌已更换")
    own.go(f"observer/observations/{row.pk}/").expect("指引牌已更换")

    page = f"outreach/observers/observations/{row.pk}/"
    desk = open_as(handler, first=page, **zh).expect("指引牌只有中文")
    fill(desk, said_zh_hans="指引牌只有中文", said_en="Chinese only", did_zh_hans="已加英文", did_en="English added")
    desk.press("main form .actions button").expect("English added")
    review = open_as(make.reviewer(language="zh-hans"), first=page, **zh)
    review.press("form[action$='/publish/'] button").expect("English added")
    open_as(None, **zh).go("observers/replies/").expect("已加英文")
