"""The asking side: list, form and drafts, one request."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from stewards import workflow
from stewards.models import Attachment, HelpRequest, Rating, RequestEvent
from tests.factories.accounts import StewardFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.policies import PolicyFactory
from tests.factories.stewards import HelpRequestFactory
from tests.stewards.scene import STATES, Scene, pdf, uploads
from tests.stewards.test_files import zip_bomb

AsUser = Callable[[Any], Client]
NEW = "/en/requests/new/"


@pytest.fixture
def client(scene: Scene, as_user: AsUser) -> Client:
    return as_user(scene.owner)


def words(**changes: Any) -> dict[str, Any]:
    return {
        "form_key": str(uuid.uuid4()),
        "type": "help",
        "subject": "Rent subsidy",
        "body": "How do we apply?",
        "language": "en",
        "action": "send",
        **changes,
    }


def text_of(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def plain(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text_of(response)))


def detail(asked: HelpRequest) -> str:
    return f"/en/requests/{asked.number}/"


class TestForm:
    def test_empty_form(self, client: Client, scene: Scene) -> None:
        page = text_of(client.get(NEW))
        assert page.count("<h1>") == 1
        assert scene.enterprise.name_en in page
        assert 'enctype="multipart/form-data"' in page
        assert "Consultation: you want to know what a policy or rule means for you" in page
        assert not HelpRequest.objects.exists()

    def test_a_policy_fills_in_the_subject(self, client: Client) -> None:
        policy = PolicyFactory(title_en="Rent subsidy 2026")
        page = text_of(client.get(f"{NEW}?policy={policy.slug}"))
        assert 'value="About the policy “Rent subsidy 2026”"' in page
        client.post(NEW, words(policy=policy.slug))
        assert HelpRequest.objects.get().policy == policy

    @pytest.mark.parametrize("slug", ["nothing", "draft", "%00", "x" * 3000, "..%2F..%2Fetc"])
    def test_a_policy_that_is_not_there_is_no_reason_not_to_ask(self, client: Client, slug: str) -> None:
        PolicyFactory(slug="draft", published_at=None, title_en="Secret draft")
        response = client.get(f"{NEW}?policy={slug}")
        assert response.status_code == (400 if slug == "%00" else 200)
        assert "Secret draft" not in response.content.decode()

    def test_a_very_long_policy_title_is_cut(self, client: Client) -> None:
        policy = PolicyFactory(title_en="A" * 300)
        value = re.search(r'name="subject" value="([^"]*)"', text_of(client.get(f"{NEW}?policy={policy.slug}")))
        assert value
        assert len(value[1]) == 200

    def test_sending(self, client: Client, scene: Scene) -> None:
        response = client.post(NEW, words(files=[pdf("a.pdf"), pdf("b.pdf")]), follow=True)
        asked = HelpRequest.objects.get()
        assert response.redirect_chain == [(detail(asked), 302)]
        page = plain(response)
        for part in (
            asked.number,
            "Your request is sent",
            "Stella Steward",
            "Answer due by",
            "5 working days",
            "a.pdf",
        ):
            assert part in page
        assert (asked.state, asked.enterprise, asked.asker) == ("assigned", scene.enterprise, scene.owner)
        assert asked.attachments.count() == 2

    def test_twice_the_same_form_is_one_request(self, client: Client) -> None:
        form = words()
        first, second = client.post(NEW, form), client.post(NEW, form)
        assert first["Location"] == second["Location"]
        assert HelpRequest.objects.count() == 1

    def test_an_official_is_not_sent_to_a_claim_that_is_not_theirs(self, db: None, as_user: AsUser) -> None:
        page = as_user(StewardFactory()).get(NEW).content.decode()
        assert 'name="subject"' in page
        assert reverse("enterprises:claim") not in page

    def test_a_person_without_an_enterprise(self, scene: Scene, as_user: AsUser) -> None:
        client = as_user(scene.outsider)
        assert "not linked to an enterprise yet" in text_of(client.get(NEW))
        page = plain(client.post(NEW, words(), follow=True))
        assert "No steward has taken it yet" in page
        assert HelpRequest.objects.get().enterprise is None

    def test_several_enterprises_are_a_choice(self, client: Client, scene: Scene) -> None:
        other = MembershipFactory(user=scene.owner).enterprise
        foreign = EnterpriseFactory()
        assert "For which enterprise" in text_of(client.get(NEW))
        assert "This field is required" in text_of(client.post(NEW, words()))
        assert "Select a valid choice" in text_of(client.post(NEW, words(enterprise=foreign.pk)))
        assert not HelpRequest.objects.exclude(state="draft").exists()
        client.post(NEW, words(enterprise=other.pk))
        assert HelpRequest.objects.exclude(state="draft").get().enterprise == other

    def test_visitors_are_asked_to_sign_in_and_come_back(self) -> None:
        response = Client().get(f"{NEW}?policy=rent")
        assert response.status_code == 302
        assert "next=/en/requests/new/%3Fpolicy%3Drent" in response["Location"]


class TestBadInput:
    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"subject": "标" * 5_000}, "Ensure this value has at most 200 characters (it has 5000)."),
            ({"body": "b" * 10_001}, "Ensure this value has at most 10000 characters (it has 10001)."),
            ({"subject": "  "}, "This field is required."),
            ({"body": ""}, "This field is required."),
            ({"type": "wish"}, "Select a valid choice."),
            ({"language": "fr"}, "Select a valid choice."),
            ({"subject": "NUL \x00"}, "Null characters are not allowed."),
        ],
    )
    def test_said_by_the_field_with_the_text_kept(self, client: Client, changes: dict[str, str], message: str) -> None:
        response = client.post(NEW, words(**{"body": "My precious words.", **changes}))
        page = text_of(response)
        assert message in page
        assert 'aria-invalid="true"' in page
        assert "data-error-summary" in page
        if "body" not in changes:
            assert "My precious words." in page
        if "标" in changes.get("subject", ""):
            assert "标" * 5_000 in page
        assert not HelpRequest.objects.submitted().exists()

    def test_line_ends_count_once(self, client: Client) -> None:
        client.post(NEW, words(body="line\r\n" * 2_000))
        assert HelpRequest.objects.get().body == ("line\n" * 2_000).strip()

    @pytest.mark.parametrize(
        "text",
        [
            "🏭🚀 问题 👩‍👩‍👧",
            "مرحبا بالعالم",
            "\u202etxt.exe",
            "<script>alert(1)</script>",
            "{{ 7*7 }} {% now %}",
            "a'; DROP TABLE",
        ],
    )
    def test_odd_text_is_kept_and_shown_as_text(self, client: Client, text: str) -> None:
        page = text_of(client.post(NEW, words(subject=text, body=text), follow=True))
        asked = HelpRequest.objects.get()
        assert (asked.subject, asked.body) == (text, text)
        assert "<script>alert" not in page
        assert (text if "<" not in text and "'" not in text else "alert(1)" if "<" in text else "DROP TABLE") in page

    def test_script_in_every_other_text_field(self, client: Client, scene: Scene) -> None:
        attack = "<script>alert(1)</script><img src=x onerror=alert(2)>"
        asked = workflow.accept(scene.request(), by=scene.steward)
        asked = workflow.ask_back(asked, by=scene.steward, text=attack)
        asked = workflow.reply(asked, by=scene.owner, text=attack)
        asked = workflow.answer(asked, by=scene.steward, text=attack)
        asked = workflow.rate(asked, by=scene.owner, score=1, solved=False, comment=attack)
        asked = workflow.reopen(asked, by=scene.owner, reason=attack)
        scene.steward.name_en = scene.steward.phone = attack[:40]
        scene.steward.save()
        page = text_of(client.get(detail(asked)))
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert page.count("&lt;script&gt;alert(1)") >= 5

    @pytest.mark.parametrize(
        ("name", "content", "message"),
        [
            ("page.pdf", b"<!doctype html><script>alert(1)</script>", "does not match its extension"),
            ("bomb.docx", zip_bomb(), "unpacks to far more"),
            ("big.pdf", b"%PDF-1.7\n" + bytes(3000) + b"\n%%EOF\n", "larger than"),
        ],
    )
    def test_bad_files(self, client: Client, settings: Any, name: str, content: bytes, message: str) -> None:
        settings.UPLOAD_MAX_BYTES = 2_000 if name == "big.pdf" else 20 * 1024 * 1024
        page = text_of(client.post(NEW, words(files=[pdf("good.pdf"), pdf(name, content)])))
        assert f"“{name}” was not taken" in page
        assert message in page
        assert "choose the other files again" in page
        assert "How do we apply?" in page
        assert not Attachment.objects.exists()
        assert not HelpRequest.objects.submitted().exists()

    def test_good_files_of_a_form_with_an_empty_field_are_kept_with_the_draft(self, client: Client) -> None:
        page = text_of(client.post(NEW, words(subject="", files=[pdf("good.pdf")])))
        draft = HelpRequest.objects.get()
        assert (draft.state, draft.attachments.get().name) == ("draft", "good.pdf")
        assert f'action="/en/requests/drafts/{draft.pk}/"' in page
        client.post(f"/en/requests/drafts/{draft.pk}/", words(form_key=draft.form_key))
        draft.refresh_from_db()
        assert (draft.state, draft.attachments.get().event) == ("assigned", draft.events.get())

    def test_good_files_of_a_form_that_cannot_be_kept(self, client: Client) -> None:
        page = text_of(client.post(NEW, words(subject="x" * 300, files=[pdf("good.pdf")])))
        assert "Please choose the files again; your text is kept." in page

    def test_six_files_in_two_goes(self, client: Client) -> None:
        form = words(action="keep", files=[pdf(f"{n}.pdf") for n in range(4)])
        client.post(NEW, form)
        draft = HelpRequest.objects.get()
        page = text_of(client.post(f"/en/requests/drafts/{draft.pk}/", words(files=[pdf("5.pdf"), pdf("6.pdf")])))
        assert "Choose at most 1 file." in page
        assert draft.attachments.count() == 4


class TestDrafts:
    def test_keep_and_go_on(self, client: Client) -> None:
        response = client.post(NEW, words(action="keep", subject="", body="Half a sen"), follow=True)
        draft = HelpRequest.objects.get()
        assert response.redirect_chain[-1][0] == f"/en/requests/drafts/{draft.pk}/"
        page = text_of(response)
        assert "Half a sen</textarea>" in page
        assert str(draft.form_key) in page
        assert f'href="/en/requests/drafts/{draft.pk}/"' in text_of(client.get("/en/requests/"))

    def autosave(self, client: Client, url: str = NEW, **changes: Any) -> Any:
        return client.post(url, words(action="autosave", **changes), headers={"HX-Request": "true"})

    def test_autosave_writes_one_draft_however_often(self, client: Client) -> None:
        key = str(uuid.uuid4())
        first = self.autosave(client, form_key=key, subject="", body="H")
        draft = HelpRequest.objects.get()
        assert first["HX-Replace-Url"] == f"/en/requests/drafts/{draft.pk}/"
        assert "Draft kept at" in text_of(first)
        assert "<html" not in text_of(first)
        self.autosave(client, form_key=key, body="Ha")
        self.autosave(client, first["HX-Replace-Url"], form_key=key, body="Hal")
        assert HelpRequest.objects.get().body == "Hal"

    def test_sending_after_an_autosave_is_the_same_request(self, client: Client) -> None:
        form = words()
        self.autosave(client, form_key=form["form_key"])
        client.post(NEW, form)
        assert HelpRequest.objects.get().state == "assigned"
        late = self.autosave(client, form_key=form["form_key"], body="late")
        assert late.status_code == 200
        assert HelpRequest.objects.get().body == "How do we apply?"

    def test_autosave_says_what_it_cannot_keep(self, client: Client) -> None:
        answer = text_of(self.autosave(client, subject="x" * 201))
        assert "not kept yet" in answer
        assert not HelpRequest.objects.exists()

    def test_a_key_of_somebody_else(self, scene: Scene, client: Client, as_user: AsUser) -> None:
        form = words()
        self.autosave(client, form_key=form["form_key"])
        other = as_user(scene.outsider)
        assert "belongs to somebody else" in text_of(self.autosave(other, form_key=form["form_key"]))
        assert "belongs to somebody else" in text_of(other.post(NEW, form))
        assert HelpRequest.objects.get().asker == scene.owner

    @pytest.mark.parametrize("key", ["", "nonsense", "1"])
    def test_without_a_proper_key(self, client: Client, key: str) -> None:
        response = client.post(NEW, words(form_key=key), follow=True)
        assert response.status_code == 200
        assert HelpRequest.objects.submitted().count() == (key == "")

    def test_drafts_are_their_writer_s_alone(self, scene: Scene, as_user: AsUser) -> None:
        draft = scene.draft(uploads=uploads("a.pdf"))
        key = draft.attachments.get().key
        for person in (scene.colleague, scene.outsider, scene.steward, scene.admin):
            client = as_user(person)
            for url in ("", "discard/", f"files/{key}/remove/"):
                assert client.post(f"/en/requests/drafts/{draft.pk}/{url}").status_code == 404
            assert client.get(f"/en/requests/drafts/{draft.pk}/").status_code == 404
            assert "Rent subsidy" not in client.get("/en/requests/").content.decode()
        assert HelpRequest.objects.get().state == "draft"

    def test_the_address_of_a_sent_draft_leads_to_the_request(self, client: Client, scene: Scene) -> None:
        asked = scene.request()
        for response in (
            client.get(f"/en/requests/drafts/{asked.pk}/"),
            client.post(f"/en/requests/drafts/{asked.pk}/"),
        ):
            assert response["Location"] == detail(asked)

    def test_discard(self, client: Client, scene: Scene) -> None:
        draft = scene.draft()
        assert client.get(f"/en/requests/drafts/{draft.pk}/discard/").status_code == 405
        response = client.post(f"/en/requests/drafts/{draft.pk}/discard/", follow=True)
        assert "The draft is discarded." in text_of(response)
        assert client.post(f"/en/requests/drafts/{draft.pk}/discard/").status_code == 404
        asked = scene.request()
        assert "Only your own drafts" in text_of(client.post(f"/en/requests/drafts/{asked.pk}/discard/", follow=True))

    def test_remove_a_file(self, client: Client, scene: Scene) -> None:
        draft = scene.draft(uploads=uploads("a.pdf", "b.pdf"))
        key = draft.attachments.get(name="a.pdf").key
        response = client.post(f"/en/requests/drafts/{draft.pk}/files/{key}/remove/", follow=True)
        assert "The file is removed." in text_of(response)
        assert draft.attachments.get().name == "b.pdf"
        asked = workflow.submit(draft, by=scene.owner)
        key = asked.attachments.get().key
        client.post(f"/en/requests/drafts/{draft.pk}/files/{key}/remove/")
        assert asked.attachments.count() == 1


class TestList:
    def test_help_when_there_is_nothing(self, client: Client) -> None:
        assert "No open requests" in text_of(client.get("/en/requests/"))
        page = text_of(client.get("/en/requests/?show=all"))
        assert "No requests yet" in page
        assert 'href="/en/requests/new/"' in page

    def test_open_and_all(self, client: Client, scene: Scene) -> None:
        scene.request("accepted", subject="Still open")
        scene.request("closed", subject="Long closed")
        page = text_of(client.get("/en/requests/"))
        assert "Still open" in page
        assert "Long closed" not in page
        page = text_of(client.get("/en/requests/?show=all"))
        assert "Still open" in page
        assert "Long closed" in page

    @pytest.mark.parametrize("query", ["show=nonsense", "show=", "cursor=nonsense", "cursor=" + "x" * 3000, "page=-1"])
    def test_unknown_filters_and_pages_show_the_list(self, client: Client, scene: Scene, query: str) -> None:
        scene.request("accepted", subject="Still open")
        assert "Still open" in text_of(client.get(f"/en/requests/?{query}"))

    def test_states_as_words(self, client: Client, scene: Scene) -> None:
        late = scene.request("waiting", subject="One")
        page = plain(client.get("/en/requests/"))
        assert "Waiting for your reply" in page
        assert "Overdue" not in page
        workflow.reply(late, by=scene.owner, text="x")
        HelpRequest.objects.update(due_on=timezone.localdate() - timedelta(days=30), due_provisional=True)
        page = plain(client.get("/en/requests/"))
        assert "In progress Overdue" in page
        assert "(provisional)" in page

    def test_colleagues_see_it_others_do_not(self, scene: Scene, as_user: AsUser) -> None:
        asked = scene.request("accepted", subject="Ours alone")
        for person, seen in ((scene.colleague, True), (scene.outsider, False), (scene.steward, False)):
            assert ("Ours alone" in text_of(as_user(person).get("/en/requests/"))) is seen
            assert as_user(person).get(detail(asked)).status_code == (200 if seen else 404)

    def test_pages(self, client: Client, scene: Scene) -> None:
        HelpRequestFactory.create_batch(35, enterprise=scene.enterprise, asker=scene.owner)
        first = text_of(client.get("/en/requests/?show=all"))
        assert first.count("<tr>") == 31
        following = re.search(r'rel="next" href="([^"]+)"', first)
        assert following
        second = text_of(client.get("/en/requests/" + following[1].replace("&amp;", "&")))
        assert second.count("<tr>") == 6
        assert 'rel="prev"' in second

    @pytest.mark.parametrize("rows", [1, 3, 30])
    def test_a_constant_number_of_queries(
        self, client: Client, scene: Scene, rows: int, django_assert_num_queries: Any
    ) -> None:
        for _ in range(rows):
            HelpRequestFactory(enterprise=scene.enterprise, steward=scene.steward, state="assigned")
            scene.draft()
        client.get("/en/requests/")  # the calendar is kept for a minute
        with django_assert_num_queries(5):
            assert text_of(client.get("/en/requests/")).count("<tr>") == rows + 1


class TestDetail:
    @pytest.mark.parametrize("state", STATES[1:])
    def test_every_state_has_its_page(self, client: Client, scene: Scene, state: str) -> None:
        asked = scene.request(state)
        page = text_of(client.get(detail(asked)))
        assert page.count("<h1>") == 1
        acts = set(re.findall(r'name="act" value="(\w+)"', page))
        open_acts = {"reply", "withdraw"}
        late = {"reopen", "unheard"}
        expected = {"answered": {"rate", *late}, "rated": late, "closed": {"rate", *late}}
        over = {"not_accepted": set(), "withdrawn": set(), "merged": set()}
        assert acts == {**expected, **over}.get(state, open_acts)

    def test_what_it_says(self, client: Client, scene: Scene) -> None:
        page = plain(client.get(detail(scene.request("accepted", policy=PolicyFactory(title_en="The policy")))))
        for part in (
            "Stella Steward",
            "021-5555 0101",
            "Answer due by",
            "working days are left",
            "The policy",
            "Accepted",
        ):
            assert part in page

    def test_late_is_said_honestly(self, client: Client, scene: Scene) -> None:
        asked = scene.request("accepted")
        HelpRequest.objects.update(due_on=timezone.localdate() - timedelta(days=30))
        page = plain(client.get(detail(asked)))
        assert "Overdue" in page
        assert "We are late, by" in page

    def test_the_answer_stands_out(self, client: Client, scene: Scene) -> None:
        page = text_of(client.get(detail(scene.request("answered"))))
        assert 'answer" aria-labelledby="answer"' in page
        assert page.index("Apply online.") < page.index("What has happened so far")

    def test_the_question_stands_by_the_reply(self, client: Client, scene: Scene) -> None:
        page = text_of(client.get(detail(scene.request("waiting"))))
        assert page.index("Since when do you rent?") < page.index('name="act" value="reply"')
        assert "The clock has stood still since" in page

    def test_not_accepted_says_why_and_where_instead(self, client: Client, scene: Scene) -> None:
        page = plain(client.get(detail(scene.request("not_accepted"))))
        assert "Before a court or in administrative review" in page
        assert "Where to go instead The court." in page

    def test_internal_notes_never_appear(self, client: Client, scene: Scene) -> None:
        asked = workflow.note(scene.request("accepted"), by=scene.steward, text="hush", files=uploads("hush.pdf"))
        assert "hush" not in text_of(client.get(detail(asked)))

    @pytest.mark.parametrize("number", ["HK-2026-999999", "nonsense", "1", "../../etc", "HK-2026-000001'--"])
    def test_numbers_that_are_not_there(self, client: Client, number: str) -> None:
        assert client.get(f"/en/requests/{number}/").status_code == 404

    def test_somebody_else_s_number_for_every_act(self, scene: Scene, as_user: AsUser) -> None:
        asked = scene.request("answered")
        stranger = MembershipFactory().user
        for act in ("reply", "rate", "reopen", "withdraw", ""):
            data = {"act": act, "seen": asked.lock_version, "text": "x", "reason": "x", "score": 1, "solved": "no"}
            assert as_user(stranger).post(detail(asked), data).status_code == 404
        assert HelpRequest.objects.get().state == "answered"
        assert not Rating.objects.exists()

    @pytest.mark.parametrize("act", ["accept", "answer", "", "nonsense", "__class__"])
    def test_acts_of_others(self, client: Client, scene: Scene, act: str) -> None:
        asked = scene.request()
        assert client.post(detail(asked), {"act": act, "seen": asked.lock_version, "text": "x"}).status_code == 404

    @pytest.mark.parametrize("events", [1, 3, 30])
    def test_a_constant_number_of_queries(
        self, client: Client, scene: Scene, events: int, django_assert_num_queries: Any
    ) -> None:
        asked = scene.request("accepted")
        for _ in range(events):
            workflow.reply(asked, by=scene.owner, text="More.", files=uploads("a.pdf"))
        client.get(detail(asked))
        with django_assert_num_queries(8):
            assert text_of(client.get(detail(asked))).count("replied for the enterprise") == events


class TestActs:
    def post(self, client: Client, asked: HelpRequest, act: str, **data: Any) -> Any:
        return client.post(detail(asked), {"act": act, "seen": asked.lock_version, **data}, follow=True)

    def test_reply(self, client: Client, scene: Scene) -> None:
        asked = scene.request("waiting")
        response = self.post(client, asked, "reply", text="Since May.", files=[pdf("lease.pdf")])
        assert response.redirect_chain == [(detail(asked), 302)]
        page = plain(response)
        for part in ("Your message is sent.", "Since May.", "lease.pdf", "In progress"):
            assert part in page

    def test_reply_with_a_bad_file_keeps_the_text(self, client: Client, scene: Scene) -> None:
        asked = scene.request("waiting")
        page = text_of(self.post(client, asked, "reply", text="Precious.", files=[pdf("x.pdf", b"no")]))
        assert "“x.pdf” was not taken" in page
        assert "Precious.</textarea>" in page
        assert not asked.events.filter(kind="replied").exists()

    def test_an_empty_reply_with_a_good_file(self, client: Client, scene: Scene) -> None:
        page = text_of(self.post(client, scene.request("waiting"), "reply", text=" ", files=[pdf()]))
        assert "This field is required." in page
        assert "Please choose the files again; your text is kept." in page

    def test_rate_then_reopen(self, client: Client, scene: Scene) -> None:
        asked = scene.request("answered")
        assert plain(client.get(detail(asked))).count("ery satisfied") == 1
        page = plain(self.post(client, asked, "rate", score="1", solved="no", contacted="yes", comment="No."))
        assert "Thank you for your rating." in page
        rating = Rating.objects.get()
        assert (rating.score, rating.solved, rating.contacted, rating.comment) == (1, False, True, "No.")
        asked.refresh_from_db()
        page = plain(self.post(client, asked, "reopen", reason="Still refused."))
        assert "The request is open again" in page
        asked.refresh_from_db()
        assert (asked.state, asked.round) == ("in_progress", 2)

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            ({"solved": "yes"}, "This field is required"),
            ({"score": "5"}, "This field is required"),
            ({"score": "9", "solved": "yes"}, "Select a valid choice"),
            ({"score": "5", "solved": "maybe"}, "Select a valid choice"),
            ({"score": "5", "solved": "yes", "comment": "x" * 2_001}, "at most 2000 characters"),
        ],
    )
    def test_bad_ratings(self, client: Client, scene: Scene, data: dict[str, str], message: str) -> None:
        assert message in text_of(self.post(client, scene.request("answered"), "rate", **data))
        assert not Rating.objects.exists()

    def test_a_rated_closed_request_offers_no_second_rating(self, client: Client, scene: Scene) -> None:
        asked = workflow.close(scene.request("rated"), by=scene.steward)
        assert 'value="rate"' not in text_of(client.get(detail(asked)))

    def test_withdraw(self, client: Client, scene: Scene) -> None:
        page = plain(self.post(client, scene.request("accepted"), "withdraw", reason=""))
        assert "The request is withdrawn." in page
        assert "Withdrawn" in page

    def test_a_stale_form_sent_twice(self, client: Client, scene: Scene) -> None:
        asked = scene.request("waiting")
        self.post(client, asked, "reply", text="Since May.")
        page = text_of(self.post(client, asked, "reply", text="Since May."))
        assert "You have done this already: Olive Owner replied for the enterprise" in page
        assert RequestEvent.objects.filter(kind="replied").count() == 1
        assert "Since May.</textarea>" in page
        asked.refresh_from_db()
        assert f'name="seen" value="{asked.lock_version}"' in page

    def test_what_somebody_else_did_a_second_ago(self, client: Client, scene: Scene) -> None:
        asked = scene.request("waiting")
        workflow.answer(asked, by=scene.steward, text="We found it.")
        page = plain(self.post(client, asked, "reply", text="Unsent words."))
        assert "This was not sent" in page
        assert "Stella Steward answered the request" in page
        assert "This request is already answered." in page
        assert "Unsent words." in page

    @pytest.mark.parametrize("seen", ["", "abc", "-1", "999999999999999999999"])
    def test_a_tampered_version(self, client: Client, scene: Scene, seen: str) -> None:
        asked = scene.request("waiting")
        response = client.post(detail(asked), {"act": "reply", "seen": seen, "text": "x"})
        assert response.status_code == 200
        assert HelpRequest.objects.get().state == "waiting"

    def test_without_csrf_token_nothing_happens(self, scene: Scene) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(scene.owner)
        asked = scene.request("waiting")
        assert client.post(detail(asked), {"act": "withdraw", "seen": asked.lock_version}).status_code == 403
        assert HelpRequest.objects.get().state == "waiting"
