"""The main job in a real browser, each journey in both languages, every page reached scanned."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from policies.models import Policy
from policies.search.index import refresh_search
from stewards.models import HelpRequest
from tests.browser.reader import Reader
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory, IndustryFactory, MembershipFactory
from tests.factories.policies import PolicyFactory
from tests.factories.stewards import StewardshipFactory
from tests.signing import with_password

pytestmark = pytest.mark.django_db(transaction=True)
OpenAs = Callable[..., Reader]

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "package": "Our service package",
        "met": "Registered in Hongkou District",
        "due": "due",
        "assigned": "Assigned",
        "waiting": "We need your reply",
        "answer": "The answer",
        "thanks": "Thank you",
        "published": "Published",
        "fits": "policy fits",
        "in force": "In force",
        "author": "Somebody other than the author",
    },
    "zh-hans": {
        "package": "我们的服务包",
        "met": "注册地在虹口区",
        "due": "答复",
        "assigned": "已分派",
        "waiting": "需要您补充说明",
        "answer": "答复",
        "thanks": "感谢",
        "published": "已发布",
        "fits": "项政策",
        "in force": "有效",
        "author": "作者",
    },
}
CRITERIA = [{"field": "district", "op": "eq", "value": "310109"}]


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """An owner with a steward, an editor and a reviewer, a policy that fits, the standards in force."""
    IndustryFactory(code="I65")
    enterprise = EnterpriseFactory(industry_id="I65", employees=60, district="310109")
    centre = DepartmentFactory(code="centre")
    DepartmentFactory(code="finance", name_zh_hans="虚构财政局", name_en="Fictional Finance Bureau")
    people = {
        "owner": MembershipFactory(enterprise=enterprise, user=UserFactory(name_zh="甲", name_en="Alma Owner")).user,
        "steward": UserFactory(roles=["steward"], department=centre, name_zh="王管家", name_en="Wang Steward"),
        "editor": UserFactory(roles=["editor"], name_zh="李编辑", name_en="Li Editor"),
        "translator": UserFactory(roles=["translator"], name_zh="冯翻译", name_en="Feng Translator"),
        "reviewer": UserFactory(roles=["reviewer"], name_zh="赵审核", name_en="Zhao Reviewer"),
    }
    StewardshipFactory(enterprise=enterprise, steward=people["steward"])
    refresh_search(
        PolicyFactory(slug="rent-support", title_zh_hans="房租补贴", title_en="Rent support", criteria=CRITERIA)
    )
    return {name: with_password(user) for name, user in people.items()}


@pytest.mark.parametrize(("language", "size"), [("en", "phone"), ("zh-hans", "desktop")])
def test_an_enterprise_asks_a_steward_answers_the_owner_rates(
    open_as: OpenAs, people: dict[str, User], language: str, size: str
) -> None:
    said = WORDS[language]
    owner = open_as(people["owner"], language=language, size=size, by_form=True)
    owner.expect(said["package"], people["steward"].name_zh if language != "en" else "Wang Steward")
    owner.go("package/print/")
    owner.go("policies/rent-support/").expect(said["in force"])
    owner.press("a[href*='requests/new']")
    assert "房租补贴" in owner.page.input_value("[name=subject]") or "Rent" in owner.page.input_value("[name=subject]")
    owner.page.locator("[name=type][value=help]").check()
    owner.page.fill("[name=body]", "Which papers do you need? 需要哪些材料？")
    owner.page.wait_for_selector(".kept")  # the draft is kept while one types
    owner.press("button[name=action][value=send]")
    request = HelpRequest.objects.get()
    owner.expect(str(request.number), said["due"])
    assert HelpRequest.objects.count() == 1

    steward = open_as(people["steward"], language=language, size=size, first="start/")
    steward.expect(str(request.number))
    steward.go(f"desk/{request.number}/")
    steward.press("form[action$='/accept/'] button")
    act(steward, "ask_back", text="Which address? 哪个地址？")

    owner.go(f"requests/{request.number}/").expect(said["waiting"])
    owner.page.fill("form:has([name=act][value=reply]) [name=text]", "1 Fictional Road 虚构路1号")
    owner.press("form:has([name=act][value=reply]) button.button")

    steward.go(f"desk/{request.number}/").expect("1 Fictional Road")
    act(steward, "answer", text="Bring the lease. 请带租赁合同。")

    owner.go(f"requests/{request.number}/").expect(said["answer"], "Bring the lease")
    rating = "form:has([name=act][value=rate])"
    for name, value in (("score", "5"), ("solved", "yes"), ("contacted", "yes")):
        owner.page.locator(f"{rating} [name={name}][value='{value}']").check()
    owner.press(f"{rating} button.button")
    request.refresh_from_db()
    assert (request.state, request.ratings.get().score) == ("rated", 5)
    owner.go("requests/?show=all")


def act(reader: Reader, verb: str, **fields: str) -> None:
    """Open one of the desk's acts, fill it in, send it."""
    form = f"form[action$='/{verb}/']"
    details = reader.page.locator(f"details:has({form})")
    if details.count() and details.first.get_attribute("open") is None:
        details.locator("summary").first.click()
    for name, value in fields.items():
        reader.page.fill(f"{form} [name={name}]", value)
    reader.press(f"{form} .actions button")


TEXTS = {
    "title": ("虚构展会补贴", "Fictional fair subsidy"),
    "issuer": ("虚构商务委员会", "Fictional Commission of Commerce"),
    "summary": ("支持参加展会。", "Support for taking part in fairs."),
    "benefit": ("最高20万元。", "Up to CNY 200,000."),
}
AMENDED = {"benefit_zh_hans": "最高30万元。", "benefit_en": "Up to CNY 300,000."}


@pytest.mark.parametrize(("language", "size"), [("en", "desktop"), ("zh-hans", "phone")])
def test_written_translated_reviewed_published_and_amended(
    open_as: OpenAs, people: dict[str, User], language: str, size: str
) -> None:
    said = WORDS[language]
    editor = open_as(people["editor"], language=language, size=size)
    editor.go("publishing/new/")
    for name, (chinese, _english) in TEXTS.items():
        editor.page.fill(f"[name={name}_zh_hans]", chinese)
    for name, value in (("category", "shipping_trade"), ("support_type", "subsidy"), ("level", "district")):
        editor.page.select_option(f"[name={name}]", value)
    condition = editor.page.locator("#eligibility .criterion").first
    condition.locator("[name$=-field]").select_option("district")
    condition.locator("[name$=-op]").select_option("eq")
    condition.locator("[name$=-value]").fill("310109")
    editor.press(".save-bar button[name=save]")
    policy = Policy.objects.get(revisions__state="draft")
    revision = policy.revisions.get()

    translator = open_as(people["translator"], language=language, size=size)
    translator.go("publishing/translations/").press(f"main a[href$='/publishing/{revision.pk}/']")
    for name, (_chinese, english) in TEXTS.items():
        translator.page.fill(f"[name={name}_en]", english)
    translator.press(".save-bar button[name=save]")

    editor.go(f"publishing/{revision.pk}/").press("button[name=send]")
    editor.go(f"publishing/{revision.pk}/review/")
    assert editor.page.locator("button[name=publish]").count() == 0  # nobody publishes what they wrote

    reviewer = open_as(people["reviewer"], language=language, size=size)
    reviewer.go("publishing/").expect(TEXTS["title"][language == "en"])
    reviewer.go(f"publishing/{revision.pk}/review/")
    reviewer.press("button[name=publish]")
    policy.refresh_from_db()
    assert policy.published_at is not None
    assert policy.version == 1

    owner = open_as(people["owner"], language=language, size=size)
    owner.go("package/").expect(TEXTS["title"][language == "en"])
    for details in owner.page.locator("main details").all():
        details.evaluate("d => { d.open = true }")
    owner.expect(said["met"]).scan()
    owner.go(f"policies/{policy.slug}/").expect(TEXTS["benefit"][language == "en"], said["in force"])

    editor.go(f"publishing/policies/{policy.slug}/").press("form[action$='/new-version/'] button")
    for name, text in AMENDED.items():
        editor.page.fill(f"[name={name}]", text)
    editor.press("button[name=send]")
    reviewer.go(f"publishing/{policy.revisions.get(state='in_review').pk}/review/").press("button[name=publish]")
    owner.go(f"policies/{policy.slug}/compare/?from=1&to=2")
    assert [text.split()[-2] for text in owner.page.locator("main ins").all_inner_texts()[1:]] == ["30", "300"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_visitor_finds_a_policy_and_its_other_language(
    open_as: OpenAs, people: dict[str, User], language: str
) -> None:
    visitor = open_as(language=language, size="phone")
    visitor.go("")
    visitor.go("policies/?q=" + ("rent" if language == "en" else "房租"))
    visitor.press("main a[href*='rent-support']")
    other = "zh-hans" if language == "en" else "en"
    with visitor.page.expect_navigation():
        visitor.page.locator(f"header a[href*='/{other}/policies/rent-support/']").first.click()
    assert visitor.page.url.endswith(f"/{other}/policies/rent-support/")
    visitor.language = other
    visitor.scan()


def test_everything_is_reached_by_keyboard(open_as: OpenAs, people: dict[str, User]) -> None:
    """From the address bar: skip link, then the form; the focus is always to be seen."""
    reader = open_as(people["owner"]).go("requests/new/")
    page = reader.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    reached: list[str] = []
    for _step in range(8):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()"))
        style: Any = page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle + s.boxShadow })()"
        )
        assert style != "nonenone", reached
    hints = "What to tell us, so that we can help"
    assert {"Book a talk", "type", "subject", "body", hints, "files", "language", "action"} == set(reached)


def test_asking_for_help_works_without_javascript(browser: Any, live_server: Any, people: dict[str, User]) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{live_server.url}/en/accounts/login/?next=/en/requests/new/")
    page.fill("input[name=login]", people["owner"].email)
    page.fill("input[name=password]", "a-long-fictional-phrase")
    page.locator("main form:has(input[name=password]) button").first.click()
    page.locator("[name=type][value=help]").check()
    page.fill("[name=subject]", "Without scripts")
    page.fill("[name=body]", "It works.")
    page.locator("button[value=send]").click()
    assert HelpRequest.objects.get().state == "assigned"
    context.close()
