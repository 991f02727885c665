"""The editor's own words are changed where they stand; of two editors at once the later one is told."""

from typing import Any

import pytest
from django.utils import translation
from django.utils.html import escape

from outreach.bulletins import workflow
from outreach.enums import Publication
from outreach.models import Bulletin, BulletinPiece
from portal.core.access import Refused
from tests.factories import outreach as make
from tests.factories.accounts import UserFactory
from tests.factories.policies import PolicyFactory
from tests.outreach.test_bulletins import OWN, TEXTS
from tests.signing import signed_in

pytestmark = pytest.mark.django_db
OTHER = {"heading_zh_hans": "丙", "heading_en": "C", "words_zh_hans": "丁", "words_en": "<script>D</script>"}


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def by() -> Any:
    return make.organiser()


@pytest.fixture
def row(by: Any) -> Bulletin:
    return workflow.begin(by=by, content=TEXTS)


@pytest.fixture
def piece(by: Any, row: Bulletin) -> BulletinPiece:
    made = workflow.add(row, by=by, **OWN)
    row.refresh_from_db()
    return made


def said(piece: BulletinPiece) -> dict[str, str]:
    piece.refresh_from_db()
    return {name: getattr(piece, name) for name in OWN}


def test_words_are_changed_on_their_own_page_and_shown_as_text(by: Any, row: Bulletin, piece: BulletinPiece) -> None:
    client, base = signed_in(by), f"/en/outreach/bulletins/{row.slug}/"
    address = f"{base}pieces/{piece.pk}/"
    assert address in client.get(base).content.decode()
    assert 'value="A"' in client.get(address).content.decode()
    answer = client.post(address, OTHER | {"seen": row.lock_version})
    assert (answer.status_code, said(piece)) == (302, OTHER)
    page = client.get(base).content.decode()
    assert ("<script>D" in page, "&lt;script&gt;D" in page) == (False, True)


@pytest.mark.parametrize(
    "change",
    [{name: " "} for name in sorted(OWN)] + [{"heading_en": "x" * 201}, {"words_zh_hans": "字" * 5_001}],
)
def test_what_is_not_whole_or_too_long_changes_nothing(
    by: Any, row: Bulletin, piece: BulletinPiece, change: dict[str, str]
) -> None:
    client = signed_in(by)
    page = client.post(f"/en/outreach/bulletins/{row.slug}/pieces/{piece.pk}/", OTHER | change)
    assert page.status_code == 422
    kept = [text for name, text in OTHER.items() if name not in change]
    assert [text for text in kept if escape(text) in page.content.decode()] == kept  # what was typed is still there
    assert said(piece) == OWN


@pytest.mark.parametrize(("name", "most"), [("heading_en", 200), ("words_zh_hans", 5_000)])
@pytest.mark.parametrize("text", [" ", "字"])
def test_words_that_cannot_be_added_are_not_lost(by: Any, row: Bulletin, name: str, most: int, text: str) -> None:
    typed = OTHER | {"kind": "words", name: text * (most + 1) if text.strip() else text}
    answer = signed_in(by).post(f"/en/outreach/bulletins/{row.slug}/add/", typed)
    page = answer.content.decode()
    assert (answer.status_code, row.pieces.count()) == (422, 0)
    assert [said for said in OTHER.values() if said != OTHER[name] and escape(said) not in page] == []
    assert (f"at most {most}" if text.strip() else "One thing needs your attention") in page


@pytest.mark.parametrize("path", ["", "add/"])
def test_what_is_sent_after_the_issue_went_to_review_can_be_copied(
    by: Any, row: Bulletin, piece: BulletinPiece, path: str
) -> None:
    workflow.send(row, by=by)
    typed = TEXTS | OTHER | {"kind": "words", "seen": row.lock_version, "words_en": "Typed for an hour"}
    page = signed_in(by).post(f"/en/outreach/bulletins/{row.slug}/{path}", typed).content.decode()
    assert "This was not saved" in page
    assert "Typed for an hour" in page
    row.refresh_from_db()
    assert (row.words_en, row.pieces.count()) == (TEXTS["words_en"], 1)


@pytest.mark.parametrize(
    ("text", "says"), [("", "One thing needs"), ("x" * 1_001, "at most 1000")], ids=["none", "too long"]
)
def test_a_correction_that_cannot_be_shown_is_not_lost(by: Any, row: Bulletin, text: str, says: str) -> None:
    own = workflow.add(row, by=by, **OWN)
    workflow.send(row, by=by)
    reviewer = make.reviewer()
    workflow.publish(row, by=reviewer)
    typed = {"text_zh_hans": "应为“<b>甲</b>”", "text_en": text, "piece": own.pk}
    answer = signed_in(reviewer).post(f"/en/outreach/bulletins/{row.slug}/correct/", typed)
    page = answer.content.decode()
    assert (answer.status_code, row.corrections.count()) == (422, 0)
    for shown in (escape(typed["text_zh_hans"]), says, f'value="{own.pk}" selected'):
        assert shown in page


def test_of_two_editors_at_once_the_later_one_is_told(by: Any, row: Bulletin, piece: BulletinPiece) -> None:
    seen, second = row.lock_version, make.organiser()
    workflow.reword(row, piece.pk, by=by, content=OTHER, seen=seen)
    with pytest.raises(Refused, match="Somebody has changed"):
        workflow.reword(row, piece.pk, by=second, content=OWN, seen=seen)
    page = signed_in(second).post(f"/en/outreach/bulletins/{row.slug}/", TEXTS | {"title_en": "Lost", "seen": seen})
    assert b"Somebody has changed" in page.content
    row.refresh_from_db()
    assert (row.title_en, said(piece)) == (TEXTS["title_en"], OTHER)


def test_whoever_rewords_is_the_author_and_cannot_publish(row: Bulletin, piece: BulletinPiece) -> None:
    reviewer = make.reviewer()
    editor = make.organiser()
    workflow.reword(row, piece.pk, by=editor, content=OTHER)
    row.refresh_from_db()
    assert row.author == editor
    with pytest.raises(Refused):
        workflow.reword(row, piece.pk, by=UserFactory(), content=OWN)
    workflow.send(row, by=editor)
    with pytest.raises(Refused, match="another state"):
        workflow.reword(row, piece.pk, by=editor, content=OWN)
    workflow.publish(row, by=reviewer)
    assert said(piece) == OTHER


def test_only_own_words_of_a_draft_of_this_issue_have_the_page(by: Any, row: Bulletin, piece: BulletinPiece) -> None:
    policy = workflow.add(row, by=by, policy=PolicyFactory(summary_en="s", summary_zh_hans="摘要"))
    other = workflow.begin(by=by, content=TEXTS)
    client = signed_in(by)
    wrong = [(row, policy.pk), (other, piece.pk), (row, 2_147_483_647)]
    for issue, pk in wrong:
        assert client.get(f"/en/outreach/bulletins/{issue.slug}/pieces/{pk}/").status_code == 404
    with pytest.raises(Refused, match="no longer there"):
        workflow.reword(row, policy.pk, by=by, content=OTHER)
    Bulletin.objects.filter(pk=row.pk).update(state=Publication.IN_REVIEW)
    assert client.get(f"/en/outreach/bulletins/{row.slug}/pieces/{piece.pk}/").status_code == 404
