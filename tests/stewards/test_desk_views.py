"""The desk's pages: who gets them, what they offer, double clicks, stale pages, words that are never lost."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from notices.models import Message
from portal.core import calendar
from stewards import workflow
from stewards.escalation.forms import FORMS as ESCALATING
from stewards.models import HelpRequest, RequestEvent
from tests.factories.accounts import DepartmentFactory, HandlerFactory, StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.policies import PolicyFactory
from tests.factories.stewards import HelpRequestFactory, StewardshipFactory, accepted

pytestmark = pytest.mark.django_db
AsUser = Callable[[Any], Client]
QUEUE = "/en/desk/"


def url(request: HelpRequest, verb: str = "") -> str:
    return f"/en/desk/{request.number}/{verb + '/' if verb else ''}"


def text_of(response: Any) -> str:
    return response.content.decode()


def post(client: Client, request: HelpRequest, verb: str, *, follow: bool = False, **data: Any) -> Any:
    request.refresh_from_db()
    return client.post(url(request, verb), {"seen": request.lock_version, **data}, follow=follow)


def asked_and_accepted(steward: Any) -> HelpRequest:
    """Accepted, and asked by somebody who acts for the enterprise."""
    membership = MembershipFactory()
    return accepted(steward=steward, asker=membership.user, enterprise=membership.enterprise)


# --- the queue page -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3, 30])
@pytest.mark.parametrize("role", ["steward", "handler", "admin"])
def test_queue_takes_five_queries_whatever_its_length(
    as_user: AsUser, django_assert_num_queries: Any, role: str, count: int
) -> None:
    me = UserFactory(roles=[role], department=DepartmentFactory())
    holder = me if role != "admin" else StewardFactory()
    for n in range(count):
        accepted(steward=holder, due_on=timezone.localdate() + timedelta(days=n))
    client = as_user(me)
    calendar.current()
    with django_assert_num_queries(6):  # session, person, counts, rows, saved views, categories and tags
        response = client.get(QUEUE)
    assert len(response.context["page"].rows) == count


@pytest.mark.parametrize("roles", [[], ["auditor"], ["editor", "reviewer"]])
def test_the_desk_does_not_exist_for_others(as_user: AsUser, roles: list[str]) -> None:
    user = UserFactory(roles=roles)
    request = HelpRequestFactory(asker=user)
    client = as_user(user)
    assert client.get(QUEUE).status_code == 404
    assert client.get(url(request)).status_code == 404
    assert client.post(url(request, "accept"), {"seen": 0}).status_code == 404


def test_a_leader_reads_what_is_late_and_gives_orders_only(as_user: AsUser, django_assert_num_queries: Any) -> None:
    leader = UserFactory(roles=["leader"])
    late = accepted(due_on=timezone.localdate() - timedelta(days=40), subject="Far too late")
    fresh = accepted(subject="Fresh")
    client = as_user(leader)
    calendar.current()
    with django_assert_num_queries(5):
        page = text_of(client.get(QUEUE))
    assert "Far too late" in page
    assert "Fresh" not in page
    assert "my-day" not in page
    response = client.get(url(late))
    assert offered(response) == {"instruct", "supervise"}
    assert client.get(url(fresh)).status_code == 404
    for verb in ("note", "accept", "close"):
        assert post(client, late, verb, text="x").status_code == 404


def test_visitors_are_asked_to_sign_in(client: Client) -> None:
    request = HelpRequestFactory()
    for path in (QUEUE, url(request), url(request, "accept")):
        assert client.get(path).status_code == 302
        assert "/accounts/login/" in client.get(path)["Location"]


def test_pages_only_read_and_reading_an_act_leads_to_the_request(as_user: AsUser) -> None:
    """A refused act is read again when the language is changed or the page reloaded."""
    request = HelpRequestFactory()
    client = as_user(StewardFactory())
    assert client.post(QUEUE).status_code == 405
    assert client.post(url(request)).status_code == 405
    for verb in ("accept", "answer"):
        assert client.get(url(request, verb))["Location"] == url(request)
        assert client.put(url(request, verb)).status_code == 405
    assert client.get(url(request, "rate")).status_code == 404
    assert not request.events.exists()


def test_queue_shows_the_row_and_counts(as_user: AsUser) -> None:
    me = StewardFactory()
    HelpRequestFactory(subject="Rent <b>subsidy</b>")
    accepted(steward=me, subject="Late", due_on=timezone.localdate() - timedelta(days=40))
    page = text_of(as_user(me).get(QUEUE, {"tab": "unassigned"}))
    assert "Rent &lt;b&gt;subsidy&lt;/b&gt;" in page
    assert "<b>subsidy" not in page
    assert 'aria-current="page">Unassigned <span class="number">1</span>' in page
    assert '<a href="?tab=mine&amp;due=overdue">overdue</a></dt><dd class="bad">1</dd>' in page
    assert '<table class="table-cards">' in page


def test_queue_in_chinese_has_no_english_row_words(as_user: AsUser) -> None:
    me = StewardFactory()
    accepted(steward=me, due_on=timezone.localdate())
    page = text_of(as_user(me).get("/zh-hans/desk/"))
    assert "今天到期" in page
    assert "due today" not in page


@pytest.mark.parametrize(
    ("address", "note"),
    [
        ("tab=nonsense", "There is no list “nonsense” for you; this is “Mine”."),
        ("tab=open", "There is no list “open” for you; this is “Mine”."),
        ("type=gold&state=silver", "The filter “State” does not know “silver” here; it was left out."),
        ("due=1e9", "The filter “Due” does not know “1e9” here; it was left out."),
        ("type=%3Cscript%3E", "The filter “Type” does not know “&lt;script&gt;” here; it was left out."),
        ("cursor=forged", ""),
        ("page=99999", ""),
    ],
)
def test_bad_addresses_still_give_the_list(as_user: AsUser, address: str, note: str) -> None:
    me = StewardFactory()
    mine = accepted(steward=me)
    response = as_user(me).get(f"{QUEUE}?{address}")
    assert response.status_code == 200
    assert mine.number in text_of(response)
    assert note in text_of(response)


def test_filters_stay_in_the_form_and_in_the_pager(as_user: AsUser) -> None:
    me = StewardFactory()
    for _n in range(31):
        accepted(steward=me, type="complaint")
    accepted(steward=me, type="help", subject="Another type")
    response = as_user(me).get(QUEUE, {"type": "complaint", "enterprise": "fictional"})
    page = text_of(response)
    assert '<option value="complaint" selected>' in page
    assert 'name="enterprise" maxlength="100" value="fictional"' in page
    assert "Another type" not in page
    cursor = response.context["page"].next_cursor
    assert f"?type=complaint&amp;enterprise=fictional&amp;cursor={cursor}" in page
    second = as_user(me).get(QUEUE, {"type": "complaint", "enterprise": "fictional", "cursor": cursor})
    assert len(second.context["page"].rows) == 1
    assert second.context["page"].prev_cursor


def test_empty_lists_help(as_user: AsUser) -> None:
    client = as_user(StewardFactory())
    assert "You hold no open request." in text_of(client.get(QUEUE))
    assert "Nothing fits these filters" in text_of(client.get(QUEUE, {"type": "help"}))
    assert 'href="?tab=overdue"' in text_of(client.get(QUEUE, {"tab": "overdue", "type": "help"}))


# --- the request page ---------------------------------------------------------------------------------------------


def test_request_page_shows_what_the_handler_needs(as_user: AsUser) -> None:
    me = StewardFactory(name_en="Stella Steward")
    enterprise = EnterpriseFactory(name_en="Petrel Ltd", credit_code="91310109KJJCL55G70", size="small")
    StewardshipFactory(enterprise=enterprise, steward=UserFactory(name_en="Usual Steward", roles=["steward"]))
    policy = PolicyFactory(title_en="Rent policy")
    asker = UserFactory(name_en="Olga Owner", phone="021-5555 0101")
    request = accepted(
        steward=me, enterprise=enterprise, policy=policy, asker=asker, body="First line\n\nSecond <line>"
    )
    other = accepted(steward=me, enterprise=enterprise, subject="Their other request")
    accepted(
        enterprise=enterprise, subject="With another department", steward=StewardFactory(department=DepartmentFactory())
    )
    workflow.note(request, by=me, text="Only for us")
    page = text_of(as_user(me).get(url(request)))
    for words in (
        *("Petrel Ltd", "91310109KJJCL55G70", "Usual Steward", "Rent policy", "Olga Owner", "021-5555 0101"),
        *("Second &lt;line&gt;", "Only for us", "Internal", "Their other request", url(other), "The clock runs."),
    ):
        assert words in page, words
    assert "With another department" not in page


def test_request_page_of_a_founder_without_enterprise(as_user: AsUser) -> None:
    request = HelpRequestFactory(enterprise=None)
    page = text_of(as_user(StewardFactory()).get(url(request)))
    assert "The asker has not been linked to an enterprise yet." in page
    assert "Nobody has taken it yet." in page


@pytest.mark.parametrize("count", [1, 3, 30])
def test_request_page_takes_a_constant_number_of_queries(
    as_user: AsUser, django_assert_num_queries: Any, count: int
) -> None:
    me = StewardFactory()
    request = accepted(steward=me)
    for n in range(count):
        workflow.note(request, by=me, text=f"Note {n}")
        accepted(steward=me, enterprise=request.enterprise)
        DepartmentFactory()
    client = as_user(me)
    calendar.current()
    # session, person, request, its parts, who accepted it, timeline, its files, more time, steward of the enterprise,
    # other requests, what stands around it, ready answers, departments to refer to
    with django_assert_num_queries(13):
        response = client.get(url(request))
    assert len(response.context["entries"]) == count


def test_another_departments_request_is_not_there(as_user: AsUser) -> None:
    elsewhere = StewardFactory(department=DepartmentFactory())
    request = accepted(steward=elsewhere)
    for user in (StewardFactory(), HandlerFactory(), UserFactory(roles=["steward"])):
        assert as_user(user).get(url(request)).status_code == 404
        for verb in ("note", "answer", "close", "assign"):
            assert post(as_user(user), request, verb, text="x").status_code == 404
    assert not request.events.exists()
    assert as_user(elsewhere).get(url(request)).status_code == 200


@pytest.mark.parametrize("number", ["HK-2026-999999", "T-%27", "0", "‮", "x" * 300])
def test_unknown_numbers_are_404(as_user: AsUser, number: str) -> None:
    assert as_user(StewardFactory()).get(f"{QUEUE}{number}/").status_code == 404


def test_a_draft_is_nobodys_business(as_user: AsUser, admin_user: Any) -> None:
    draft = HelpRequestFactory(state="draft", number="D-1")
    assert as_user(admin_user).get(url(draft)).status_code == 404


@pytest.mark.parametrize("verb", ["submit", "reply", "rate", "withdraw", "reopen", "delete", "save_draft"])
def test_verbs_of_the_enterprise_are_no_acts_of_the_desk(as_user: AsUser, verb: str) -> None:
    me = StewardFactory()
    assert post(as_user(me), accepted(steward=me), verb).status_code == 404


def offered(response: Any) -> set[str]:
    accept = {"accept"} if response.context["accept"] else set()
    return {str(offer.verb) for offer in response.context["offers"]} | accept


@pytest.mark.parametrize(
    ("who", "verbs"),
    [
        ("steward", {"answer", "contact", "ask_back", "refer", "note", "decline", "ask_time"}),
        ("colleague", {"note"}),
        ("admin", {"note", "assign", "decline", "supervise", "ask_time"}),
    ],
)
def test_offers_what_the_rules_allow_and_says_why_not(as_user: AsUser, who: str, verbs: set[str]) -> None:
    me = StewardFactory()
    people = {
        "steward": me,
        "colleague": StewardFactory(department=me.department),
        "admin": UserFactory(roles=["admin"]),
    }
    response = as_user(people[who]).get(url(accepted(steward=me)))
    assert offered(response) == verbs
    off = {str(words.title): verdict.reason for words, verdict in response.context["refused"]}
    assert len(off) + len(verbs - set(ESCALATING)) >= 9
    assert all(reason.endswith(".") for reason in off.values())
    for title, reason in off.items():
        assert f"<li><b>{escape(title)}</b>: {escape(reason)}</li>" in text_of(response)


# --- acts ---------------------------------------------------------------------------------------------------------


def test_a_request_goes_its_way_over_the_desk(as_user: AsUser) -> None:
    """Accept, message, question, reply, note, referral, answer by the department, close."""
    asker, steward, handler = UserFactory(), StewardFactory(), HandlerFactory(name_en="Hana Handler")
    enterprise = MembershipFactory(user=asker).enterprise
    request = HelpRequestFactory(asker=asker, enterprise=enterprise)
    desk, department = as_user(steward), as_user(handler)

    assert "You have accepted" in text_of(post(desk, request, "accept", follow=True))
    assert "The message was sent." in text_of(post(desk, request, "contact", text="We are on it.", follow=True))
    assert post(desk, request, "ask_back", text="Which street?").status_code == 302
    request.refresh_from_db()
    assert request.state == "waiting"
    assert "it is the enterprise&#x27;s turn" in text_of(desk.get(url(request)))
    workflow.reply(request, by=asker, text="Siping Road")
    post(desk, request, "note", text="Ask Hana")
    post(desk, request, "refer", department=handler.department_id, reason="It is theirs")
    assert as_user(steward).get(url(request)).status_code == 200
    post(department, request, "accept")
    post(department, request, "answer", text="You get 20%")
    request.refresh_from_db()
    assert (request.state, request.handler, request.steward) == ("answered", handler, steward)
    assert post(department, request, "close").status_code == 409
    post(desk, request, "close")
    request.refresh_from_db()
    assert request.state == "closed"
    kinds = list(request.events.order_by("pk").values_list("kind", flat=True))
    assert kinds == [
        "accepted",
        "contacted",
        "asked_back",
        "replied",
        "note",
        "referred",
        "accepted",
        "answered",
        "closed",
    ]


def test_who_refers_and_loses_sight_of_it_returns_to_the_queue(as_user: AsUser) -> None:
    steward, handler, other = StewardFactory(), HandlerFactory(), DepartmentFactory()
    request = accepted(steward=steward)
    HelpRequest.objects.update(handler=handler, department=handler.department)
    response = post(as_user(handler), request, "refer", department=other.pk, reason="Theirs", follow=True)
    assert response.redirect_chain[0][0] == QUEUE
    assert f"{request.number} was referred." in text_of(response)


@pytest.mark.parametrize(
    ("verb", "data", "words"),
    [
        ("answer", {"text": "  "}, "This field is required."),
        ("answer", {"text": "x" * 10_001}, "at most 10000 characters"),
        ("refer", {"department": "", "reason": "Why not"}, "This field is required."),
        ("refer", {"department": "999999", "reason": "Why not"}, "not one of the available choices"),
        ("refer", {"department": "1 OR 1=1", "reason": "Why not"}, "not one of the available choices"),
        ("decline", {"ground": "mood", "where_instead": "There"}, "not one of the available choices"),
        ("decline", {"ground": "court", "where_instead": ""}, "This field is required."),
        ("contact", {}, "This field is required."),
    ],
)
def test_wrong_forms_come_back_with_their_words(as_user: AsUser, verb: str, data: dict[str, str], words: str) -> None:
    me = StewardFactory()
    request = accepted(steward=me)
    response = post(as_user(me), request, verb, **data)
    assert response.status_code == 422
    page = text_of(response)
    assert words in page
    assert f'id="act-{verb}" open' in page
    for name in {"text", "reason", "where_instead"} & set(data):
        assert data[name].strip()[:60] in page
    assert not request.events.exists()


def test_referring_without_a_reason_is_refused_and_to_the_same_department_not_offered(as_user: AsUser) -> None:
    me = StewardFactory()
    request = accepted(steward=me)
    assert post(as_user(me), request, "refer", department=me.department_id, reason="x").status_code == 422
    assert post(as_user(me), request, "refer", department=DepartmentFactory().pk, reason=" ").status_code == 422


def test_files_are_checked_and_given_to_the_enterprise(as_user: AsUser, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    me = StewardFactory()
    request = accepted(steward=me)
    good = SimpleUploadedFile("answer.txt", "你好".encode())
    bad = SimpleUploadedFile("answer.pdf", b"<script>alert(1)</script>")
    response = post(as_user(me), request, "answer", text="See the file", uploads=[good, bad])
    assert response.status_code == 422
    assert "See the file" in text_of(response)
    assert not request.attachments.exists()
    good.seek(0)
    assert post(as_user(me), request, "answer", text="See the file", uploads=[good]).status_code == 302
    attachment = request.attachments.get()
    assert (attachment.name, attachment.internal, attachment.event.kind) == ("answer.txt", False, "answered")


def test_files_of_a_note_are_internal(as_user: AsUser, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    me = StewardFactory()
    request = accepted(steward=me)
    post(as_user(me), request, "note", text="See", uploads=[SimpleUploadedFile("memo.txt", b"secret")])
    attachment = request.attachments.get()
    assert attachment.internal
    assert as_user(request.asker).get(f"/en/requests/files/{attachment.key}/").status_code == 404
    assert as_user(me).get(f"/en/requests/files/{attachment.key}/").status_code == 200


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "😀 emoji", "‮right to left", "{{ 7|add:7 }}"])
def test_any_text_is_shown_as_text(as_user: AsUser, text: str) -> None:
    me = StewardFactory()
    request = accepted(steward=me)
    post(as_user(me), request, "contact", text=text)
    page = text_of(as_user(me).get(url(request)))
    assert escape(text) in page
    assert "<script>alert" not in page


def test_admin_assigns_a_steward_with_a_note(as_user: AsUser, admin_user: Any) -> None:
    request, steward = HelpRequestFactory(), StewardFactory(name_en="Stella Steward")
    page = text_of(as_user(admin_user).get(url(request)))
    assert f"Stella Steward · {steward.department.name}" in page
    handler = HandlerFactory()
    assert post(as_user(admin_user), request, "assign", steward=handler.pk).status_code == 422
    response = post(as_user(admin_user), request, "assign", steward=steward.pk, note="Please call", follow=True)
    assert f"{request.number} was assigned." in text_of(response)
    assert "Please call" in text_of(response)
    request.refresh_from_db()
    assert (request.state, request.steward) == ("assigned", steward)
    refused = post(as_user(StewardFactory(department=steward.department)), request, "assign", steward="")
    assert refused.status_code == 409
    assert "Only the service centre can assign a steward." in text_of(refused)


# --- two people, two clicks, old pages ----------------------------------------------------------------------------


def test_second_steward_of_another_department_is_told_who_was_first(as_user: AsUser) -> None:
    request = HelpRequestFactory()
    first, second = StewardFactory(name_en="Fay First"), StewardFactory(department=DepartmentFactory())
    seen = request.lock_version
    assert as_user(first).post(url(request, "accept"), {"seen": seen}).status_code == 302
    response = as_user(second).post(url(request, "accept"), {"seen": seen}, follow=True)
    assert response.redirect_chain == [(QUEUE, 302)]
    assert "Fay First has already accepted this request" in text_of(response)
    request.refresh_from_db()
    assert request.steward == first


def test_second_steward_of_the_same_department_sees_the_page_with_the_reason(as_user: AsUser) -> None:
    request = HelpRequestFactory()
    first = StewardFactory(name_en="Fay First")
    post(as_user(first), request, "accept")
    response = post(as_user(StewardFactory(department=first.department)), request, "accept")
    assert response.status_code == 409
    assert "Fay First has already accepted this request" in text_of(response)


def test_double_click_accepts_once(as_user: AsUser) -> None:
    request, me = HelpRequestFactory(), StewardFactory()
    client = as_user(me)
    first = client.post(url(request, "accept"), {"seen": 0})
    second = client.post(url(request, "accept"), {"seen": 0})
    assert (first.status_code, second.status_code) == (302, 409)
    assert "You have already accepted this request." in text_of(second)
    assert request.events.filter(kind="accepted").count() == 1


@pytest.mark.parametrize("verb", ["contact", "answer", "ask_back"])
def test_a_form_sent_twice_acts_once_and_keeps_the_words(as_user: AsUser, verb: str) -> None:
    me = StewardFactory()
    request = accepted(steward=me)
    data = {"seen": 0, "text": "Only once, please"}
    client = as_user(me)
    assert client.post(url(request, verb), data).status_code == 302
    again = client.post(url(request, verb), data)
    assert again.status_code == 409
    assert "You have done this already" in text_of(again)
    assert text_of(again).count("Only once, please") == 2
    assert request.events.count() == 1
    assert Message.objects.filter(recipient=request.asker).count() <= 1


def test_an_old_page_is_told_what_happened_and_its_text_kept(as_user: AsUser) -> None:
    me = StewardFactory()
    request = asked_and_accepted(me)
    workflow.reply(request, by=request.asker, text="One more thing")
    response = as_user(me).post(url(request, "answer"), {"seen": 0, "text": "My long answer"})
    page = text_of(response)
    assert response.status_code == 409
    assert "Nothing was changed: please look again and decide anew." in page
    assert "My long answer</textarea>" in page
    assert "One more thing" in page
    request.refresh_from_db()
    assert f'name="seen" value="{request.lock_version}"' in page
    assert post(as_user(me), request, "answer", text="My long answer").status_code == 302


def test_words_are_kept_even_where_the_act_is_gone(as_user: AsUser) -> None:
    me = StewardFactory()
    request = asked_and_accepted(me)
    workflow.withdraw(request, by=request.asker, reason="Settled")
    response = as_user(me).post(url(request, "answer"), {"seen": 0, "text": "My long answer"})
    assert response.status_code == 409
    assert "What you wrote was not sent" in text_of(response)
    assert "My long answer</textarea>" in text_of(response)


@pytest.mark.parametrize("seen", ["", "-1", "x", "9" * 30, "²", "1.5", None])
def test_a_forged_version_counts_as_an_old_page(as_user: AsUser, seen: str | None) -> None:
    me = StewardFactory()
    request = accepted(steward=me)
    data = {"text": "Hello"} | ({} if seen is None else {"seen": seen})
    assert as_user(me).post(url(request, "answer"), data).status_code == 409
    assert not request.events.exists()


def test_a_note_is_taken_from_an_old_page(as_user: AsUser) -> None:
    me = StewardFactory()
    request = accepted(steward=me)
    workflow.contact(request, by=me, text="Hello")
    assert as_user(me).post(url(request, "note"), {"seen": 0, "text": "Still true"}).status_code == 302


def test_what_was_taken_long_ago_is_404_for_strangers(as_user: AsUser) -> None:
    """The wider loader of “accept” is for pages that were open when somebody took the request, nothing older."""
    request = accepted(steward=StewardFactory(department=DepartmentFactory()))
    stranger, handler = StewardFactory(), HandlerFactory()
    assert post(as_user(stranger), request, "accept", follow=True).redirect_chain == [(QUEUE, 302)]
    assert post(as_user(handler), request, "accept").status_code == 404
    long_ago = timezone.now() - timedelta(hours=13)
    HelpRequest.objects.update(accepted_at=long_ago, assigned_at=long_ago)
    assert post(as_user(stranger), request, "accept").status_code == 404


def test_files_must_be_chosen_again_after_a_refusal(as_user: AsUser) -> None:
    me = StewardFactory()
    request = accepted(steward=me)
    workflow.contact(request, by=me, text="Hello")
    data = {"seen": 0, "text": "Answer", "uploads": io.BytesIO(b"text")}
    data["uploads"].name = "a.txt"
    response = as_user(me).post(url(request, "answer"), data)
    assert "Please choose the files again; your text is kept." in text_of(response)


@pytest.mark.django_db(transaction=True)
def test_two_stewards_accept_at_the_very_same_time() -> None:
    request = HelpRequestFactory()
    stewards = [StewardFactory(name_en=f"Steward {n}", department=DepartmentFactory()) for n in range(4)]
    clients = []
    for steward in stewards:
        client = Client()
        client.force_login(steward)
        clients.append(client)
    start, answers = Barrier(len(clients)), []

    def click(client: Client) -> None:
        start.wait()
        try:
            answers.append(client.post(url(request, "accept"), {"seen": 0}, follow=True))
        finally:
            connection.close()

    threads = [Thread(target=click, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    request.refresh_from_db()
    winner = request.steward.name
    told = [answer for answer in answers if f"{winner} has already accepted this request" in text_of(answer)]
    assert (len(answers), len(told)) == (4, 3)
    assert RequestEvent.objects.filter(request=request, kind="accepted").count() == 1
    cache.clear()


def test_keys_name_what_is_on_the_page(as_user: AsUser) -> None:
    """Each act offered carries its key; the list of keys names no other than the page can have."""
    me = StewardFactory()
    request = accepted(steward=me)
    page = text_of(as_user(me).get(f"/en/desk/{request.number}/"))
    assert re.findall(r'<details class="act" id="act-(\w+)"[^>]* data-press="(\w)"', page) == [
        ("answer", "r"), ("contact", "m"), ("ask_back", "q"), ("refer", "t"), ("note", "n"), ("ask_time", "o"),
    ]  # fmt: skip
    marked, listed = (re.findall(f'data-{name}="([^"]+)"', page) for name in ("press", "of"))
    assert len(set(marked)) == len(marked)
    assert len(set(listed)) == len(listed)
    assert set(marked) <= set(listed)
    assert {"u", "p", "g w", "g d", "g e", "g s", "g c", "g h", "g a"} <= set(marked)
    assert 'id="keys" hidden' in page
    new = HelpRequestFactory()
    assert 'class="button" data-press="a"' in text_of(as_user(me).get(f"/en/desk/{new.number}/"))
    workflow.answer(request, by=me, text="Yes.")
    page = text_of(as_user(me).get(f"/en/desk/{request.number}/"))
    assert 'data-press="c"' in page
    assert 'data-press="r"' not in page
