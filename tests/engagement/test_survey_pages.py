"""Surveys on their pages: the service centre's way from draft to results, and the answer by link."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from engagement.models import NotNow
from engagement.surveys.links import SALT, Why, address_of, open_link
from engagement.surveys.models import Survey, SurveyAnswer, SurveyInvitation
from enterprises.models import Membership
from notices.models import Message
from portal.core.calendar import local_day
from tests.factories.accounts import UserFactory
from tests.factories.engagement import Scene, invited, survey
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory

pytestmark = pytest.mark.django_db
MONTH = timedelta(days=30)
As = Callable[[Any], Client]


def text(response: Any) -> str:
    return str(response.content.decode())


def form(**fields: str) -> dict[str, str]:
    return {
        "title_zh_hans": "人才公寓", "title_en": "Talent flats", "about_zh_hans": "您的看法", "about_en": "Your view",
        "closes_on": (local_day() + timedelta(days=9)).isoformat(), "zh_hans_1": "如何？", "en_1": "How?",
        "kind_1": "level", "kind_2": "yes_no", "kind_3": "line", **fields,
    }  # fmt: skip


def path_of(invitation: SurveyInvitation, person: Any) -> str:
    return "/en/survey/" + address_of(invitation, person).split("/survey/")[1]


class TestTheCentresPages:
    def test_from_a_draft_to_results(self, scene: Scene, as_user: As) -> None:
        centre = as_user(scene.admin)
        made = centre.post(reverse("surveys:new"), form(zh_hans_3="还有？", en_3="And?"))
        row = Survey.objects.get()
        assert made.headers["Location"] == reverse("surveys:detail", args=[row.pk])
        assert [(q.place, q.kind) for q in row.questions.all()] == [(1, "level"), (2, "line")]
        resting = MembershipFactory(enterprise=EnterpriseFactory(tier="district", name_en="Resting Ltd")).enterprise
        NotNow.objects.create(enterprise=resting, first=local_day(), last=local_day() + MONTH, by=scene.owner)
        page = text(centre.get(reverse("surveys:detail", args=[row.pk]), {"tiers": "district"}))
        assert "It would go to <b>1</b> enterprise." in page
        assert "has asked for quiet: <b>1</b>" in page
        assert "Resting Ltd" in page
        assert not Message.objects.exists()
        send = reverse("surveys:act", args=[row.pk, "send"])
        sent = centre.post(send, {"tiers": "district", "seen": str(row.lock_version)}, follow=True)
        assert "Sent to 1 enterprise; it is in its next digest." in text(sent)
        assert "has asked for quiet: 1" in text(sent)
        assert "0 of 1" in text(sent)
        assert "They are shown once the survey is closed" in text(sent)
        link = path_of(SurveyInvitation.objects.get(), scene.owner)
        first = row.questions.first()
        assert first
        assert Client().post(link, {f"q{first.pk}": "5"}).status_code == 302
        closed = centre.post(reverse("surveys:act", args=[row.pk, "close"]), follow=True)
        assert "Fewer than 5 answers: they are not shown." in text(closed)
        assert "1 of 1" in text(centre.get(reverse("surveys:list")))

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"title_en": ""}, "Title in English"),
            ({"title_zh_hans": "字" * 121}, "120"),
            ({"about_en": "x" * 501}, "500"),
            ({"closes_on": "tomorrow"}, "valid date"),
            ({"closes_on": "2020-01-01"}, "within the next two months"),
            ({"en_1": ""}, "Question 1 in English"),
            ({"en_2": "Only English?"}, "Write the question in both languages."),
            ({"zh_hans_3": "只有中文？"}, "Write the question in both languages."),
            ({"kind_1": "essay"}, "essay"),
            ({"title_en": "a\0b"}, "Null characters"),
        ],
        ids=["title", "long", "about", "no day", "past", "first", "half", "other half", "kind", "nul"],
    )
    def test_what_is_not_complete_comes_back_with_its_words(
        self, scene: Scene, as_user: As, fields: dict[str, str], words: str
    ) -> None:
        response = as_user(scene.admin).post(reverse("surveys:new"), form(**{"about_zh_hans": "留下来的话", **fields}))
        assert response.status_code == 422
        assert words in text(response)
        assert "留下来的话" in text(response)
        assert not Survey.objects.exists()

    def test_a_draft_is_changed_and_discarded(self, scene: Scene, as_user: As) -> None:
        centre, row = as_user(scene.admin), survey(scene.admin)
        edit = reverse("surveys:edit", args=[row.pk])
        page = text(centre.get(edit))
        assert all(words in page for words in ("Talent flats", "问题2？", "Question 3?"))
        assert centre.post(edit, form(title_en="Other flats")).status_code == 302
        assert "Other flats" in text(centre.get(reverse("surveys:list")))
        assert centre.post(reverse("surveys:act", args=[row.pk, "discard"])).status_code == 302
        assert "No surveys so far" in text(centre.get(reverse("surveys:list")))

    def test_what_was_sent_meanwhile_keeps_the_typed_words(self, scene: Scene, as_user: As) -> None:
        centre, row = as_user(scene.admin), survey(scene.admin, state="open")
        edit = reverse("surveys:edit", args=[row.pk])
        assert centre.get(edit).headers["Location"] == reverse("surveys:detail", args=[row.pk])
        late = centre.post(edit, form(title_en="Typed for long"))
        assert late.status_code == 422
        assert "This survey is “Open” now." in text(late)
        assert "Typed for long" in text(late)

    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ({}, "Choose at least one tier"),
            ({"tiers": "imperial"}, "Choose at least one tier"),
            ({"parks": "x" * 500}, "Choose at least one tier"),
            ({"tiers": "municipal"}, "It would go to <b>0</b> enterprises."),
        ],
        ids=["nothing", "unknown", "long", "nobody"],
    )
    def test_a_preview_of_nobody_offers_no_sending(
        self, scene: Scene, as_user: As, query: dict[str, str], words: str
    ) -> None:
        centre, row = as_user(scene.admin), survey(scene.admin)
        page = text(centre.get(reverse("surveys:detail", args=[row.pk]), query))
        assert words in page
        assert "Send the survey" not in page
        refused = centre.post(reverse("surveys:act", args=[row.pk, "send"]), {**query, "seen": "0"})
        assert refused.status_code == 409
        assert not SurveyInvitation.objects.exists()

    def test_a_double_click_sends_once(self, scene: Scene, as_user: As) -> None:
        centre, row = as_user(scene.admin), survey(scene.admin)
        send, data = reverse("surveys:act", args=[row.pk, "send"]), {"tiers": "district", "seen": "0"}
        assert [centre.post(send, data).status_code for _n in range(2)] == [302, 409]
        assert Message.objects.count() == 1

    def test_no_other_act_and_no_other_person(self, scene: Scene, as_user: As) -> None:
        row = survey(scene.admin)
        assert as_user(scene.admin).post(reverse("surveys:act", args=[row.pk, "remind"])).status_code == 404
        assert as_user(scene.admin).get(reverse("surveys:detail", args=[10**15])).status_code == 404
        for person in (scene.steward, scene.handler, scene.owner, UserFactory(roles=["leader"])):
            for name in ("list", "new"):
                assert as_user(person).get(reverse(f"surveys:{name}")).status_code == 404
            assert as_user(person).post(reverse("surveys:act", args=[row.pk, "send"])).status_code == 404

    @pytest.mark.parametrize("rows", [1, 3, 30])
    def test_a_constant_number_of_queries(
        self, scene: Scene, as_user: As, rows: int, django_assert_num_queries: Any
    ) -> None:
        for _n in range(rows):
            invited(survey(scene.admin, "level", state="open"), scene.enterprise, answered=True)
        centre = as_user(scene.admin)
        with django_assert_num_queries(3):
            centre.get(reverse("surveys:list"))

    def test_only_the_centre_finds_the_way(self, scene: Scene, as_user: As) -> None:
        way = f'href="{reverse("surveys:list")}"'
        assert way in text(as_user(scene.admin).get(reverse("visits:list")))
        assert way not in text(as_user(scene.steward).get(reverse("visits:list")))


class TestTheLink:
    @pytest.fixture
    def invitation(self, scene: Scene) -> SurveyInvitation:
        return invited(survey(scene.admin, state="open"), scene.enterprise)

    def test_reading_writes_nothing_and_is_not_kept(self, scene: Scene, invitation: SurveyInvitation) -> None:
        page = Client().get(path_of(invitation, scene.owner))
        assert page.status_code == 200
        assert all(f"Question {n}?" in text(page) for n in (1, 2, 3))
        assert page.headers["X-Robots-Tag"].startswith("noindex")
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert "no-store" in page.headers["Cache-Control"]
        invitation.refresh_from_db()
        assert invitation.answered_at is None

    def test_one_post_answers_once(self, scene: Scene, invitation: SurveyInvitation, fresh_cache: None) -> None:
        second = MembershipFactory(enterprise=scene.enterprise).user
        level, yes, line = invitation.survey.questions.all()
        strict = Client(enforce_csrf_checks=True)
        path = path_of(invitation, scene.owner)
        done = strict.post(path, {f"q{level.pk}": "2", f"q{yes.pk}": "1", f"q{line.pk}": " 更多 "}, follow=True)
        assert "Your enterprise has answered: thank you" in text(done)
        said = SurveyAnswer.objects.values_list("question__place", "value", "line")
        assert sorted(said) == [(1, 2, ""), (2, 1, ""), (3, None, "更多")]
        for again in (path, path_of(invitation, second)):
            assert "has answered" in text(strict.post(again, {f"q{level.pk}": "5"}))
        assert SurveyAnswer.objects.count() == 3

    @pytest.mark.parametrize(
        "given",
        [
            {},
            {"level": "6"},
            {"level": "x"},
            {"level": "1" * 50},
            {"yes_no": "2"},
            {"line": "字" * 301},
            {"line": "a\0"},
        ],
        ids=["nothing", "six", "word", "huge", "maybe", "long", "nul"],
    )
    def test_what_is_no_answer_is_asked_again(
        self, scene: Scene, invitation: SurveyInvitation, given: dict[str, str], fresh_cache: None
    ) -> None:
        keys = {question.kind: f"q{question.pk}" for question in invitation.survey.questions.all()}
        data = {keys[kind]: value for kind, value in given.items()}
        response = Client().post(path_of(invitation, scene.owner), data)
        assert response.status_code == 422
        assert not SurveyAnswer.objects.exists()

    @pytest.mark.parametrize(
        "how", ["closed by hand", "day over", "person gone", "no longer a member", "still a draft", "enterprise left"]
    )
    def test_what_is_past_opens_nothing(self, scene: Scene, invitation: SurveyInvitation, how: str) -> None:
        path, asked = path_of(invitation, scene.owner), Survey.objects.filter(pk=invitation.survey_id)
        now, yesterday = timezone.now(), local_day() - timedelta(days=1)
        if how == "closed by hand":
            asked.update(closed_at=now)
        elif how == "day over":
            asked.update(closes_on=yesterday)
        elif how == "still a draft":
            asked.update(sent_at=None)
        elif how == "person gone":
            type(scene.owner).objects.filter(pk=scene.owner.pk).update(is_active=False)
        elif how == "no longer a member":
            Membership.objects.update(state="ended")
        else:
            invitation.delete()
        assert Client().get(path).status_code == 410
        assert Client().post(path, {}).status_code == 410

    @pytest.mark.parametrize("token", ["x", "a:b:c", "x" * 300, "é", "1:2"])
    def test_a_wrong_link_opens_nothing(self, token: str) -> None:
        assert Client().get(f"/en/survey/{token}/").status_code == 404

    @pytest.mark.parametrize("content", [[1], [1, 2, 3], "12", {"a": 1}, 7, None])
    def test_what_else_was_signed_is_none(self, content: Any) -> None:
        assert open_link(signing.dumps(content, salt=SALT)) in (Why.WRONG, Why.PAST)

    def test_a_rating_s_token_is_no_survey_s(self, scene: Scene, invitation: SurveyInvitation) -> None:
        assert open_link(signing.dumps([invitation.pk, scene.owner.pk], salt="stewards.rating.link")) == Why.WRONG

    def test_trying_again_and_again_is_stopped(self, fresh_cache: None) -> None:
        codes = [Client().post("/en/survey/x/").status_code for _n in range(21)]
        assert (codes[0], codes[-1]) == (404, 429)

    @pytest.mark.parametrize(("language", "words"), [("zh-hans", "人才公寓"), ("en", "Talent flats")])
    def test_in_both_languages(self, scene: Scene, invitation: SurveyInvitation, language: str, words: str) -> None:
        with translation.override(language):
            path = "/" + address_of(invitation, scene.owner).split("/", 3)[3]
        assert path.startswith(f"/{language}/survey/")
        assert f"<h1>{words}</h1>" in text(Client().get(path))


class TestTheContactRecord:
    def test_surveys_stand_there_with_their_link(self, scene: Scene, as_user: As) -> None:
        invitation = invited(survey(scene.admin, state="open"), scene.enterprise)
        invited(survey(scene.admin, state="closed", title_en="Of spring"), scene.enterprise)
        invited(survey(scene.admin, state="open", title_en="Of others"), EnterpriseFactory())
        page = text(as_user(scene.owner).get(reverse("contacts:record")))
        link, _colon, _signed = path_of(invitation, scene.owner).partition(":")  # what follows changes by the second
        assert f"{link}:" in page
        assert "Of spring <span" in page
        assert "not answered" in page
        assert "Of others" not in page

    def test_an_answered_one_has_no_link(self, scene: Scene, as_user: As) -> None:
        invitation = invited(survey(scene.admin, state="open"), scene.enterprise, answered=True)
        page = text(as_user(scene.owner).get(reverse("contacts:record")))
        assert "/survey/" not in page
        assert "· answered" in page
        assert invitation.survey.title in page

    def test_surveys_are_never_counted_as_visits(self, scene: Scene, as_user: As) -> None:
        invited(survey(scene.admin, state="open"), scene.enterprise)
        page = text(as_user(scene.owner).get(reverse("contacts:record")))
        assert f"Visits counted in {local_day().year}, of at most 6</dt><dd>0</dd>" in page
