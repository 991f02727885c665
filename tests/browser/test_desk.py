"""The desk in a real browser: by keyboard, on a phone, without JavaScript, two people at once; every page scanned."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from accounts.models import User
from stewards import workflow
from stewards.models import HelpRequest
from tests.browser.reader import SIZES, Reader
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.stewards import HelpRequestFactory, accepted
from tests.signing import PASSWORD, with_password

pytestmark = pytest.mark.django_db(transaction=True)
OpenAs = Callable[..., Reader]


@pytest.fixture
def people(db: None) -> dict[str, User]:
    centre, tax = (DepartmentFactory(code=code) for code in ("centre", "tax"))
    people = {
        "steward": UserFactory(roles=["steward"], department=centre, name_zh="王管家", name_en="Wang Steward"),
        "second": UserFactory(roles=["steward"], department=centre, name_zh="李管家", name_en="Li Steward"),
        "handler": UserFactory(roles=["handler"], department=tax, name_zh="陈经办", name_en="Chen Handler"),
        "admin": UserFactory(roles=["admin"], name_zh="赵主任", name_en="Zhao Admin"),
        "leader": UserFactory(roles=["leader"], name_zh="周领导", name_en="Zhou Leader"),
    }
    return {name: with_password(user) for name, user in people.items()}


@pytest.fixture
def requests(people: dict[str, User]) -> dict[str, HelpRequest]:
    """One of each: free, held, late, waiting for the enterprise, answered."""
    enterprise = EnterpriseFactory()
    asker = MembershipFactory(enterprise=enterprise).user
    asked: dict[str, Any] = {"asker": asker, "enterprise": enterprise}
    steward, today = people["steward"], timezone.localdate()
    made = {
        "free": HelpRequestFactory(subject="Free", **asked),
        "held": accepted(steward, subject="Held", **asked),
        "late": accepted(steward, subject="Late", due_on=today - timedelta(days=20), **asked),
        "waiting": accepted(steward, subject="Waiting", **asked),
        "answered": accepted(steward, subject="Answered", **asked),
    }
    workflow.ask_back(made["waiting"], by=steward, text="Since when?")
    workflow.answer(made["answered"], by=steward, text="Like this.")
    return made


@pytest.mark.parametrize(("language", "size"), [("en", "phone"), ("zh-hans", "desktop")])
def test_every_list_and_page_of_the_desk_is_accessible(
    open_as: OpenAs, people: dict[str, User], requests: dict[str, HelpRequest], language: str, size: str
) -> None:
    steward = open_as(people["steward"], language=language, size=size)
    for query in ("tab=mine", "tab=unassigned", "tab=all", "q=nothing+like+this&type=gold"):
        steward.go(f"desk/?{query}", unfolded=True)
    for request in requests.values():
        steward.go(f"desk/{request.number}/", unfolded=True)


def test_phone_shows_cards_and_desktop_a_table(
    open_as: OpenAs, people: dict[str, User], requests: dict[str, HelpRequest]
) -> None:
    heights = {}
    for size in ("phone", "desktop"):
        reader = open_as(people["steward"], size=size).go("desk/?tab=mine")
        cell = reader.page.locator("table.table-cards tbody td").first
        heights[size] = cell.evaluate("cell => getComputedStyle(cell).display")
    assert heights == {"phone": "flow-root", "desktop": "table-cell"}


def test_a_steward_accepts_and_answers_by_keyboard_alone(
    open_as: OpenAs, people: dict[str, User], requests: dict[str, HelpRequest]
) -> None:
    reader = open_as(people["steward"]).go("desk/?tab=unassigned")
    page = reader.page
    page.locator(f'button[formaction*="{requests["free"].number}"]').focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    reader.scan().expect("Wang Steward accepted the request")
    page.locator("#act-answer > summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("By keyboard.")
    for _step in range(15):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('#act-answer button.button:not([name])')"):
            break
    with page.expect_navigation():
        page.keyboard.press("Enter")
    reader.scan().expect("By keyboard.", "Answered")
    requests["free"].refresh_from_db()
    assert requests["free"].state == "answered"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_two_windows_accept_and_the_second_is_told_who_was_first(
    open_as: OpenAs, people: dict[str, User], requests: dict[str, HelpRequest], language: str
) -> None:
    first, second = (open_as(people[name], language=language) for name in ("steward", "second"))
    button = f'button[formaction*="{requests["free"].number}"]'
    first.go("desk/?tab=unassigned")
    second.go("desk/?tab=unassigned")
    first.press(button)
    with second.page.expect_navigation():
        second.page.locator(button).click()
    second.problems.clear()  # the browser reports the refusal's 409 as an error
    told = second.page.locator("#messages").inner_text()
    assert "Wang Steward" in told if language == "en" else "王管家" in told
    second.scan()


def test_a_refused_answer_keeps_its_words(
    open_as: OpenAs, people: dict[str, User], requests: dict[str, HelpRequest]
) -> None:
    held = requests["held"]
    reader = open_as(people["steward"]).go(f"desk/{held.number}/")
    workflow.reply(held, by=held.asker, text="Wait, one more thing")
    reader.page.locator("#act-answer > summary").click()
    reader.page.fill("#answer-text", "A long answer that took an hour")
    with reader.page.expect_navigation():
        reader.page.click("#act-answer button.button:not([name])")
    reader.problems.clear()
    reader.scan().expect("Wait, one more thing")
    assert reader.page.input_value("#answer-text") == "A long answer that took an hour"
    assert reader.page.locator("#act-answer").get_attribute("open") is not None
    reader.press("#act-answer button.button:not([name])")
    assert HelpRequest.objects.get(pk=held.pk).state == "answered"


def test_a_leader_finds_only_what_is_late(
    open_as: OpenAs, people: dict[str, User], requests: dict[str, HelpRequest]
) -> None:
    reader = open_as(people["leader"]).go("desk/").expect("Late")
    assert "Held" not in reader.text()
    reader.press(f'a[href*="{requests["late"].number}"]').expect("Give an instruction", "Supervised handling")


def test_an_admin_assigns_and_the_handler_of_a_department_finds_a_referral(
    open_as: OpenAs, people: dict[str, User], requests: dict[str, HelpRequest]
) -> None:
    admin = open_as(people["admin"]).go(f"desk/{requests['free'].number}/")
    admin.page.locator("#act-assign > summary").click()
    admin.page.select_option("#assign-steward", str(people["second"].pk))
    admin.press("#act-assign button.button").expect("Li Steward")
    steward = open_as(people["second"]).go("desk/").expect("Free")
    steward.press(f'button[formaction*="{requests["free"].number}"]')
    steward.page.locator("#act-refer > summary").click()
    steward.page.select_option("#refer-department", str(people["handler"].department_id))
    steward.page.fill("#refer-reason", "Theirs")
    steward.press("#act-refer button.button")
    handler = open_as(people["handler"]).go("desk/?tab=department").expect("Free")
    handler.press(f'button[formaction*="{requests["free"].number}"]').expect("Theirs", "Chen Handler accepted")


def test_filters_and_acts_work_without_javascript(
    browser: Browser, live_server: Any, people: dict[str, User], requests: dict[str, HelpRequest]
) -> None:
    context = browser.new_context(viewport=SIZES["desktop"], java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/en/accounts/login/")
    page.fill("input[name=login]", people["steward"].email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.goto(f"{live_server.url}/en/desk/")
    page.click("form.filters summary")
    page.select_option("#filter-due", "overdue")
    page.click("form.filters button")
    assert "due=overdue" in page.url
    expect(page.locator("tbody tr")).to_have_count(1)  # waits for the rows, which follow the new address
    page.click("tbody a")
    page.locator("#act-note > summary").click()
    page.fill("#note-text", "Without JavaScript")
    page.click("#act-note button.button")
    expect(page.locator("main")).to_contain_text("Without JavaScript")
    context.close()
