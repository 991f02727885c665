"""Canned answers: placeholders with their place, keeping, inserting by the round trip; what enterprises are asked."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from portal.core.access import Refused
from stewards.deskwork import canned, hints
from stewards.models import CannedAnswer, HelpRequest, QuestionHint, RequestCategory
from tests.factories.accounts import HandlerFactory, StewardFactory, UserFactory
from tests.factories.enterprises import MembershipFactory
from tests.factories.policies import PolicyFactory
from tests.factories.stewards import HelpRequestFactory, accepted

pytestmark = pytest.mark.django_db
AsUser = Callable[[Any], Client]
ALL = "{enterprise} {number} {steward} {phone} {policy} {due}"
USE = {"use": "answer"}
WORDS = {"title_zh_hans": "如何申请", "title_en": "How to apply", "text_zh_hans": "您好", "text_en": "Good morning"}


def kept(sort: dict[str, Any] | None = None, **words: str) -> CannedAnswer:
    return canned.keep(None, by=StewardFactory(), words={**WORDS, **words}, **(sort or {}))


def held(steward: Any, **fields: Any) -> HelpRequest:
    membership = MembershipFactory()
    return accepted(steward, asker=membership.user, enterprise=membership.enterprise, **fields)


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(
    ("words", "faults"),
    [
        (ALL, []),
        ("plain", []),
        ("Dear {enterprize}", ["Line 1, character 6: there is no placeholder “{enterprize}”."]),
        ("one\ntwo {}\n{number}{due }", ["Line 2, character 5: ", "Line 3, character 9: "]),
        ("a { b", ["Line 1, character 3: “{” stands alone."]),
        ("{number}}", ["Line 1, character 9: “}” stands alone."]),
        ("{num\nber}", ["Line 1, character 1: “{”", "Line 2, character 4: “}”"]),
    ],
)
def test_unknown_placeholders_are_refused_with_their_place(words: str, faults: list[str]) -> None:
    found = canned.faults(words)
    assert len(found) == len(faults)
    assert all(sentence.startswith(start) for sentence, start in zip(found, faults, strict=True))
    if faults:
        with pytest.raises(Refused, match="Line"):
            kept(text_en=words)


def test_the_language_of_the_request_decides(db: None) -> None:
    steward = StewardFactory(name_en="Stella", name_zh="星", phone="021-1")
    policy = PolicyFactory(title_en="Rent", title_zh_hans="租金")
    answer = kept(text_en=f"Dear {ALL}", text_zh_hans=f"尊敬的 {ALL}")
    for language, name in [("en", "Stella 021-1 Rent "), ("zh-hans", "星 021-1 租金 ")]:
        asked = held(steward, policy=policy, language=language)
        with translation.override("en"):
            words = canned.filled(answer, asked)
        assert name in words
        assert asked.number in words
        assert "{" not in words
        assert words.startswith("Dear" if language == "en" else "尊敬的")
        assert (str(asked.due_on.year) + ("年" if language != "en" else "")) in words


def test_what_a_request_does_not_know_stays_open(db: None) -> None:
    asked = accepted(StewardFactory(), enterprise=None)
    assert canned.filled(kept(text_en=ALL), asked).startswith("{enterprise} ")
    assert canned.unfilled("{policy} {x} {policy} {number}") == ["{policy}", "{number}"]


@pytest.mark.parametrize("roles", [[], ["handler"], ["leader", "editor"]])
def test_who_keeps_them(as_user: AsUser, roles: list[str]) -> None:
    person, answer = UserFactory(roles=roles), kept()
    with pytest.raises(Refused, match="Stewards and the service centre"):
        canned.keep(answer, by=person, words=WORDS)
    for path in ("", "new/", f"{answer.pk}/"):
        assert as_user(person).get(f"/en/desk/canned/{path}").status_code == 404


def test_keeping_and_retiring_on_its_pages(as_user: AsUser) -> None:
    client = as_user(UserFactory(roles=["admin"]))
    page = text(client.post("/en/desk/canned/new/", {**WORDS, "text_en": "Dear {who}", "text_zh_hans": ""}))
    assert "there is no placeholder “{who}”" in page
    assert "This field is required." in page
    assert "Dear {who}" in page
    assert not CannedAnswer.objects.exists()
    page = text(client.post("/en/desk/canned/new/", {**WORDS, **USE, "active": "on"}, follow=True))
    answer = CannedAnswer.objects.get()
    assert "How to apply" in page
    assert "not in use" not in page
    assert answer.active
    page = text(client.post(f"/en/desk/canned/{answer.pk}/", {**WORDS, **USE, "title_en": "Apply"}, follow=True))
    assert "Apply" in page
    assert "not in use" in page
    assert not canned.offered(HelpRequestFactory())
    assert client.get("/en/desk/canned/4711/").status_code == 404
    trail = answer.audit_rows.order_by("pgh_id").values_list("pgh_label", "title_en")
    assert list(trail) == [("insert", "How to apply"), ("update", "Apply")]


@pytest.mark.parametrize("verb", ["contact", "ask_back", "answer"])
def test_inserting_keeps_what_was_typed_and_sends_nothing(as_user: AsUser, verb: str) -> None:
    steward = StewardFactory()
    asked, answer = held(steward), kept(text_en="About {number}.")
    client, url = as_user(steward), f"/en/desk/{asked.number}/{verb}/"
    assert f'id="{verb}-canned"' in text(client.get(f"/en/desk/{asked.number}/"))
    response = client.post(url, {"seen": 0, "insert": "yes", "canned": answer.pk, "text": "My <own> words"})
    assert response.status_code == 200
    assert f"My &lt;own&gt; words About {asked.number}.</textarea>" in text(response)
    assert f'id="act-{verb}" open' in text(response)
    assert "attention" not in text(response)
    for wrong in ("", "x", "9" * 30, "4711"):
        response = client.post(url, {"seen": 0, "insert": "yes", "canned": wrong, "text": "Mine"})
        assert "Mine</textarea>" in text(response)
    assert not asked.events.exists()


def test_nothing_half_filled_in_is_sent(as_user: AsUser) -> None:
    steward = StewardFactory()
    asked = held(steward)
    client, url = as_user(steward), f"/en/desk/{asked.number}/"
    response = client.post(url + "contact/", {"seen": 0, "text": "See {policy} or {x}"})
    assert response.status_code == 422
    assert "Fill in what is still open: {policy}" in text(response)
    assert client.post(url + "note/", {"seen": 0, "text": "{policy}"}).status_code == 302
    assert client.post(url + "contact/", {"seen": 0, "text": "{x}"}).status_code == 302


def test_inserting_where_one_may_not_write(as_user: AsUser) -> None:
    """A colleague who sees the request, and one who does not."""
    steward = StewardFactory()
    asked, answer = held(steward), kept()
    colleague = HandlerFactory(department=steward.department)
    data = {"seen": 0, "insert": "yes", "canned": answer.pk, "text": "Mine"}
    response = as_user(colleague).post(f"/en/desk/{asked.number}/answer/", data)
    assert response.status_code == 409
    assert "Mine" in text(response)
    assert as_user(HandlerFactory()).post(f"/en/desk/{asked.number}/answer/", data).status_code == 404


def test_the_list_is_read_once_and_only_where_it_is_needed(as_user: AsUser, django_assert_num_queries: Any) -> None:
    steward = StewardFactory()
    asked = held(steward)
    for n in range(3):
        kept(title_en=f"Answer {n}")
    client = as_user(steward)
    with django_assert_num_queries(1):
        assert [len(group.rows) for group in canned.offered(asked).answers] == [3]
    page = text(client.get(f"/en/desk/{asked.number}/"))
    assert page.count(">Answer 2</option>") == 3
    HelpRequest.objects.filter(pk=asked.pk).update(state="closed")
    assert "Answer 2" not in text(client.get(f"/en/desk/{asked.number}/"))


def test_questions_are_sorted_by_type_and_category(as_user: AsUser) -> None:
    """Questions for asking back alone, those for such requests first; answers behind them, and alone in answers."""
    money = RequestCategory.objects.create(name_en="Money", name_zh_hans="资金")
    rent = RequestCategory.objects.create(name_en="Rent", name_zh_hans="租金", parent=money)
    steward = StewardFactory()
    asked = held(steward, type="help", category=rent)
    question = {"use": "question"}
    sorts: dict[str, dict[str, Any]] = {
        "Other type?": {"type": "complaint"},
        "All?": {},
        "Rent?": {"category": rent},
        "Money?": {"category": money},
        "Help?": {"type": "help"},
        "Complaints of rent?": {"category": rent, "type": "complaint"},
    }
    for name, sort in sorts.items():
        kept({**question, **sort}, title_en=name)
    kept(title_en="An answer")
    offered = canned.offered(asked)
    assert [(group.label, [each.title_en for each in group.rows]) for group in offered.questions] == [
        ("Rent", ["Rent?", "Money?"]), ("Help", ["Help?"]), ("For all requests", ["All?"]),
        ("For other requests", ["Other type?", "Complaints of rent?"]), ("Answers and messages", ["An answer"]),
    ]  # fmt: skip
    assert [group.label for group in offered.answers] == ["For all requests"]
    page = text(as_user(steward).get(f"/en/desk/{asked.number}/"))
    ask = page.partition('id="ask_back-canned"')[2].partition("</select>")[0]
    assert '<optgroup label="Help">' in ask
    assert "Help?" not in page.partition('id="answer-canned"')[2].partition("</select>")[0]
    listed = text(as_user(steward).get("/en/desk/canned/"))
    assert "Questions" in listed
    assert "Money · Rent" in listed


@pytest.mark.parametrize("sort", [{"use": "wish"}, {"type": "wish"}])
def test_what_it_is_for_is_one_of_the_list(sort: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="Say what it is for"):
        kept(sort)


def test_sorting_on_its_page(as_user: AsUser) -> None:
    rent = RequestCategory.objects.create(name_en="Rent", name_zh_hans="租金")
    client = as_user(StewardFactory())
    data = {**WORDS, "use": "question", "type": "help", "category": rent.pk, "active": "on"}
    client.post("/en/desk/canned/new/", data)
    found = CannedAnswer.objects.get()
    assert (found.use, found.type, found.category) == ("question", "help", rent)
    page = text(client.get(f"/en/desk/canned/{found.pk}/"))
    assert f'<option value="{rent.pk}" selected>' in page
    client.post(f"/en/desk/canned/{found.pk}/", {**data, "category": "", "type": "", "use": "answer"})
    found.refresh_from_db()
    assert (found.use, found.type, found.category) == ("answer", "", None)


# --- what to tell us ----------------------------------------------------------------------------------------------


def test_hints_by_type_on_the_form(as_user: AsUser, django_assert_num_queries: Any) -> None:
    QuestionHint.objects.create(type="help", text_en="Which <floor>?\n\nSince when?", text_zh_hans="几楼？")
    QuestionHint.objects.create(type="report", text_en=" ", text_zh_hans="")
    with django_assert_num_queries(1):
        shown = dict(hints.hints())
    assert shown["Help"] == ["Which <floor>?", "Since when?"]
    assert "Report of a violation" not in shown
    assert "What could be better, and for whom?" in shown["Suggestion"]
    page = text(as_user(UserFactory()).get("/en/requests/new/"))
    assert "Which &lt;floor&gt;?" in page
    assert "What would settle it for you?" in page
    with translation.override("zh-hans"):
        assert ["几楼？"] in dict(hints.hints()).values()


def test_the_service_centre_changes_them(as_user: AsUser) -> None:
    client = as_user(UserFactory(roles=["admin"]))
    assert "What would settle it for you?" in text(client.get("/en/centre/hints/"))
    assert "What would settle it for you?" in text(client.get("/en/centre/hints/complaint/"))
    page = text(client.post("/en/centre/hints/complaint/", {"text_en": "Only English"}))
    assert "Write it in both languages, or in neither." in page
    assert not QuestionHint.objects.exists()
    page = text(client.post("/en/centre/hints/complaint/", {"text_en": "Who?", "text_zh_hans": "谁？"}, follow=True))
    assert "Who?" in page
    assert "What would settle it for you?" not in page
    assert client.get("/en/centre/hints/wish/").status_code == 404
    for roles in ([], ["steward"], ["auditor"]):
        assert as_user(UserFactory(roles=roles)).get("/en/centre/hints/").status_code == 404
    with pytest.raises(Refused):
        hints.keep("help", by=StewardFactory(), text_zh_hans="", text_en="")
