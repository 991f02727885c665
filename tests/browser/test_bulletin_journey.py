"""An issue of the bulletin through its pages: composed, stopped by a stale translation, mended, out by mail."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core import mail

from accounts.enums import Role
from notices.delivery import deliver
from outreach.models import Bulletin
from outreach.tasks import send_bulletins
from policies.models import Interpretation, Policy, Revision
from tests.browser.reader import Reader
from tests.factories import interpretations as explained
from tests.factories import outreach as make
from tests.factories.accounts import UserFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db(transaction=True)
OpenAs = Callable[..., Reader]
ISSUE = {
    "title_zh_hans": "第一期",
    "title_en": "First issue",
    "words_zh_hans": "本期要目。",
    "words_en": "In this issue.",
}
NOTE = {"heading_zh_hans": "编者按", "heading_en": "Note", "words_zh_hans": "请留意。", "words_en": "Please note."}
OUTDATED = "Rent support: Its English text is outdated: the Chinese one has changed since."


@pytest.fixture
def policy(db: None) -> Any:
    """Explained in a video, with a service guide beside it."""
    found = PolicyFactory(
        title_zh_hans="租金补贴", title_en="Rent support", benefit_zh_hans="两成", benefit_en="A fifth"
    )
    explained.published("video", policy=found)
    make.material(**make.both(title="Moving your office"))
    return found


def fill(reader: Reader, texts: dict[str, str], prefix: str = "id_") -> Reader:
    for name, text in texts.items():
        reader.page.fill(f"#{prefix}{name}", text)
    return reader


def told(reader: Reader, *words: str) -> None:
    """Said above the page, of what was just done."""
    shown = reader.page.locator("#messages").inner_text()
    assert [each for each in words if each not in shown] == [], shown


def letter(reader: Reader) -> tuple[mail.EmailMessage, str]:
    """The newest mail as it left, and its link as an address of this server."""
    deliver()
    sent = mail.outbox[-1]
    found = re.findall(r"https?://[^/\s]+(/\S+)", str(sent.body))
    return sent, next(reader.base + path for path in found if "/bulletins/" in path)


def open_link(reader: Reader, address: str) -> Reader:
    reader.page.goto(address)
    return reader.scan()


def subscribed(reader: Reader) -> Reader:
    """Asked for, and confirmed from the letter."""
    reader.go("bulletins/").expect("No issue yet")
    reader.page.fill("main [name=email]", "reader@example.com")
    reader.page.select_option("main [name=language]", "en")
    told(reader.press("main form .actions button"), "a letter is on its way")
    sent, address = letter(reader)
    assert sent.to == ["reader@example.com"]
    return open_link(reader, address).press("main button:not([name=end])").expect("You get every new issue")


def in_order(reader: Reader, heading: str) -> bool:
    return reader.page.locator(heading).all_inner_texts() == ["Rent support", "A film", "Note", "Moving your office"]


def on_paper(reader: Reader) -> None:
    """Without navigation and buttons; with the address of each piece and of the page itself."""
    reader.page.emulate_media(media="print")
    for left_out in (".site-nav", ".site-tools", ".crumbs", ".site-footer", "main .button"):
        assert not any(each.is_visible() for each in reader.page.locator(left_out).all()), left_out
    reader.expect("/en/policies/policy-")
    assert reader.page.url in reader.page.locator(".print-line").inner_text().replace(settings.SITE_URL, reader.base)
    reader.page.emulate_media(media="screen")


def composed(author: Reader) -> str:
    """A policy, its video, a service guide and a note, which goes one place up; sent to review. Returns its page."""
    fill(author.go("outreach/bulletins/new/"), ISSUE).press("main form .actions button")
    author.page.fill("#q", "rent")
    author.press("#add form[role=search] button").press("#add form:has([value=policy]) button").expect("Rent support")
    for kind in ("interpretation", "material"):
        author.press(f"#add form:has([value={kind}]) button")
    author.page.locator("#add summary").click()
    fill(author, NOTE, "id_own_").press("#add form:has([value=words]) .actions button")
    author.press("button[aria-label='Move up: Note']")
    author.press("form[action$='/send/'] button").expect("In review")
    assert in_order(author, "li.card h3")
    return f"outreach/bulletins/{Bulletin.objects.get().slug}/"


def amended(writer: Reader, editor: Reader, reviewer: Reader, policy: Policy, **texts: str) -> None:
    """A new version: one writes, an editor sends it, a reviewer publishes it."""
    writer.go(f"publishing/policies/{policy.slug}/").press("form[action$='/new-version/'] button")
    fill(writer, texts)
    if writer is not editor:
        writer.press(".save-bar button[name=save]")
        editor.go(f"publishing/{Revision.objects.get(state='draft').pk}/")
    editor.press("button[name=send]")
    reviewer.go(f"publishing/{Revision.objects.get(state='in_review').pk}/review/").press("button[name=publish]")


def test_a_stale_translation_is_caught_and_mended_and_the_issue_goes_out(
    open_as: OpenAs, policy: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(settings, "EMAIL_KEPT_IN_PORTAL", False)
    phone: dict[str, Any] = {"size": "phone"}
    reader = subscribed(open_as(**phone))
    author, editor = (open_as(make.organiser(), **phone) for _n in range(2))
    translator, reviewer = open_as(UserFactory(roles=[Role.TRANSLATOR]), **phone), open_as(make.reviewer(), **phone)
    page = composed(author)
    assert author.page.locator("form[action$='/publish/']").count() == 0  # nobody publishes what they wrote
    reviewer.go(page).expect("Rent support", "In review")

    in_chinese = open_as(make.reviewer(), **phone)
    amended(editor, editor, in_chinese, policy, summary_zh_hans="补贴范围扩大到仓库。")
    told(reviewer.press("form[action$='/publish/'] button").expect("In review"), OUTDATED)
    assert send_bulletins() == 0
    reviewer.page.fill("[name=remark]", "Rent support needs its English text.")
    reviewer.press("form[action$='/take-back/'] button").expect("Draft")

    author.go(page).press("a:has-text('Mend it: Rent support')")
    translator.go("publishing/translations/").expect("Rent support")
    amended(translator, editor, in_chinese, policy, summary_en="Warehouses are supported too.")
    author.go("messages/").expect("Back to you: First issue")
    author.go(page).expect("Rent support needs its English text.", "has been amended since it was put in")
    author.expect("The policy that it explains has changed since.")
    assert OUTDATED not in author.text()
    video = f"publishing/interpretations/{Interpretation.objects.get().pk}/review/"
    reviewer.go(video).press("form[action$='/confirm/'] button")
    author.press("form[action$='/refresh/'] button").press("form[action$='/send/'] button")
    reviewer.go(page).press("form[action$='/publish/'] button").expect("As the public sees it")

    assert (send_bulletins(), send_bulletins()) == (1, 0)
    sent, ending = letter(reader)
    assert (sent.subject, sent.to) == ("First issue", ["reader@example.com"])
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    reviewer.go(page).expect("Sent to 1 address")
    reader.go("bulletins/").press("main a:text-is('First issue')").expect("In this issue.", "Warehouses are supported")
    assert in_order(reader, "article h2")
    on_paper(reader)
    assert "First issue" in reader.page.request.get(f"{reader.base}/en/bulletins/feed.atom").text()
    reader.page.request.post(ending, form={"List-Unsubscribe": "One-Click"})  # what a mail program does
    open_link(reader, ending).expect("It has ended")
