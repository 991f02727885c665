"""From a request to a public question: who may propose it, and what goes along."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from policies.models import PolicyQuestion
from policies.questions import workflow as questions
from portal.core.access import Refused
from stewards.models import HelpRequest, RequestEvent
from stewards.proposing import beside, columns_of, may_propose, propose
from tests.factories.accounts import HandlerFactory, StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.policies import PolicyFactory
from tests.factories.questions import TEXTS, published
from tests.factories.stewards import accepted

pytestmark = pytest.mark.django_db
Sign = Callable[[Any], Client]


def answered(steward: Any = None, **fields: Any) -> HelpRequest:
    """An answered request about a policy."""
    fields = {"body": "May we\n apply?", **fields}
    if "policy" not in fields:
        fields["policy"] = PolicyFactory(slug="award")
    request = accepted(steward, **fields)
    RequestEvent.objects.create(request=request, kind="answered", actor=request.steward, text="You may, by May.")
    HelpRequest.objects.filter(pk=request.pk).update(state="answered", answered_at=timezone.now())
    request.refresh_from_db()
    return request


def test_who_may_propose_what() -> None:
    request = answered()
    assert may_propose(request.steward, request)
    assert may_propose(UserFactory(roles=["admin"]), request)
    for person in (StewardFactory(), HandlerFactory(), UserFactory(roles=["editor"]), request.asker):
        assert "Only its steward" in str(may_propose(person, request).reason)
    for fields, reason in (
        ({"policy": None}, "not about a policy"),
        ({"state": "in_progress"}, "not answered yet"),
        ({"policy": PolicyFactory(published_at=None)}, "not been published"),
    ):
        other = answered(policy=PolicyFactory())
        for name, value in fields.items():
            setattr(other, name, value)
        assert reason in str(may_propose(other.steward, other).reason)


@pytest.mark.parametrize(
    ("question", "answer", "columns"),
    [
        ("Where?", "在窗口。", {"question_en", "answer_zh_hans"}),
        ("在哪里 apply?", "Here.", {"question_zh_hans", "answer_en"}),
        ("", "", {"question_en", "answer_en"}),
    ],
)
def test_each_text_goes_to_its_language(question: str, answer: str, columns: set[str]) -> None:
    assert set(columns_of(question, answer)) == columns


def test_what_goes_along_is_kept_inside() -> None:
    request = answered()
    question = propose(request, by=request.steward, texts={"question_en": "Q?", "answer_en": "A."})
    assert (question.policy, question.source, question.author) == (request.policy, request.number, request.steward)
    assert (question.asker, question.enterprise) == (request.asker, request.enterprise)
    assert "Proposed already; it is now: Draft" in str(may_propose(request.steward, request).reason)
    with pytest.raises(Refused):
        propose(request, by=request.steward, texts={"question_en": "Q?", "answer_en": "A."})


def test_the_page_from_the_request_to_the_desk_of_editors(as_user: Sign) -> None:
    request = answered(asker=UserFactory(name_en="Olga Owner"), enterprise=EnterpriseFactory(name_en="Stargraph Ltd"))
    published(policy=request.policy, texts={**TEXTS, "question_en": "Answered before?"})
    desk, url = as_user(request.steward), f"/en/desk/{request.number}/propose/"
    page = desk.get(f"/en/desk/{request.number}/").content.decode()
    assert url in page
    assert "Answered before?" in page
    form = desk.get(url).content.decode()
    assert "May we apply?" in form
    assert "You may, by May." in form
    assert "This may tell who asked" not in form
    wrong = desk.post(url, {"question": "May Stargraph Ltd apply?", "answer": ""}).content.decode()
    assert "error-summary" in wrong
    assert "the enterprise that asked" in wrong
    data = {"question": "May an enterprise apply?", "answer": "It may, by May."}
    assert "Proposed. It is public once" in desk.post(url, data, follow=True).content.decode()
    again = desk.post(url, data, follow=True).content.decode()
    assert "Proposed already" in again
    assert "What you wrote was not sent" in again  # two at once: neither loses their words
    assert data["answer"] in again
    question = PolicyQuestion.objects.get(source=request.number)
    assert (question.state, question.question_en) == ("draft", "May an enterprise apply?")
    after = desk.get(f"/en/desk/{request.number}/").content.decode()
    assert f'href="{url}"' not in after


def test_a_question_too_long_begins_with_its_subject(as_user: Sign) -> None:
    request = answered(body="x" * 600, subject="In short")
    page = as_user(request.steward).get(f"/en/desk/{request.number}/propose/").content.decode()
    assert "In short</textarea>" in page


def test_others_do_not_propose(as_user: Sign, client: Client) -> None:
    request = answered()
    url = f"/en/desk/{request.number}/propose/"
    for person in (HandlerFactory(), StewardFactory(department=None), UserFactory(roles=["leader"]), UserFactory()):
        assert as_user(person).get(url).status_code == 404
        assert as_user(person).post(url, {"question": "Q?", "answer": "A."}).status_code == 404
    colleague = StewardFactory(department=request.department)
    told = as_user(colleague).post(url, {"question": "Q?", "answer": "A."}, follow=True)
    assert "Only its steward" in told.content.decode()
    assert client.get(url).status_code == 302
    assert not PolicyQuestion.objects.exists()


def test_who_asks_sees_what_is_answered_already(as_user: Sign) -> None:
    member = MembershipFactory()
    policy = PolicyFactory(slug="award")
    asking = as_user(member.user)
    assert "answered already" not in asking.get("/en/requests/new/?policy=award").content.decode()
    for number in range(4):
        published(policy=policy, texts={**TEXTS, "question_en": f"Question {number}?"})
    page = asking.get("/en/requests/new/?policy=award").content.decode()
    assert [f"Question {n}?" in page for n in range(4)] == [False, True, True, True]
    assert "3 questions about this policy" in page
    assert "/en/policies/award/questions/" in page
    draft = HelpRequest.objects.create(asker=member.user, enterprise=member.enterprise, policy=policy)
    assert "Question 3?" in asking.get(f"/en/requests/drafts/{draft.pk}/").content.decode()
    assert "Question 3?" not in asking.get("/en/requests/new/").content.decode()


def test_what_stands_beside_a_request(django_assert_num_queries: Any) -> None:
    request = answered()
    assert request.policy
    assert beside(request.steward, HelpRequest()) is None
    with django_assert_num_queries(2):
        offered = beside(request.steward, request)
    assert offered
    assert offered.is_offered
    assert offered.answered
    assert offered.answered.rows == []
    propose(request, by=request.steward, texts={"question_en": "Q?", "answer_en": "A."})
    after = beside(request.steward, request)
    assert after
    assert not after.is_offered
    hidden = answered(policy=PolicyFactory(published_at=None))
    kept = beside(hidden.steward, hidden)
    assert kept
    assert (kept.is_offered, kept.answered) == (False, None)


def test_a_withdrawn_proposal_can_be_made_again() -> None:
    request = answered()
    first = propose(request, by=request.steward, texts={"question_en": "Q?", "answer_en": "A."})
    questions.withdraw(first, by=UserFactory(roles=["editor"]), text="Too special.")
    assert may_propose(request.steward, request)
    assert propose(request, by=request.steward, texts={"question_en": "Q?", "answer_en": "B."}).pk != first.pk


def test_the_steward_and_the_service_centre_propose_what_a_department_answered(as_user: Sign) -> None:
    request, handler = answered(), HandlerFactory()
    HelpRequest.objects.filter(pk=request.pk).update(handler=handler, department=handler.department)
    url = f"/zh-hans/desk/{request.number}/propose/"
    for person in (request.steward, handler, UserFactory(roles=["admin"])):
        page = as_user(person).get(url).content.decode()
        assert "提议公开为政策问答" in page
        assert "You may, by May." in page


def test_the_number_of_the_request_and_its_officials_are_pointed_out(as_user: Sign) -> None:
    request = answered()
    handler = HandlerFactory(name_en="Wang Lei")
    HelpRequest.objects.filter(pk=request.pk).update(handler=handler)
    url = f"/en/desk/{request.number}/propose/"
    data = {"question": f"As in {request.number}?", "answer": ""}
    page = as_user(request.steward).post(url, {**data, "answer": ""}).content.decode()
    assert f'the number of the request: <mark lang="" dir="auto">{request.number}' in page
    RequestEvent.objects.filter(request=request, kind="answered").update(text="Ask Wang Lei.")
    assert "the name of an official: <mark" in as_user(request.steward).get(url).content.decode()


def test_the_latest_answer_is_proposed(as_user: Sign) -> None:
    request = answered()
    RequestEvent.objects.create(request=request, kind="answered", actor=request.steward, text="Corrected: by June.")
    RequestEvent.objects.create(
        request=request, kind="note", actor=request.steward, text="Not for anybody.", internal=True
    )
    page = as_user(request.steward).get(f"/en/desk/{request.number}/propose/").content.decode()
    assert "Corrected: by June." in page
    assert "You may, by May." not in page
    assert "Not for anybody." not in page
