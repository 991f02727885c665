"""Surveys: whom they reach, whom the guard spares, one answer an enterprise, counts that tell nobody apart."""

import uuid
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.booking import book_of
from engagement.enums import Contact, Limit
from engagement.guard import judge
from engagement.models import GuardLimit, NotNow, QuietPeriod
from engagement.surveys import links, workflow
from engagement.surveys.choosing import NOBODY, WHY, Audience, choose, sending_day, why_words
from engagement.surveys.forms import AnswerForm
from engagement.surveys.models import QuestionKind, Survey, SurveyAnswer, SurveyInvitation, SurveyQuestion, SurveyState
from engagement.surveys.results import results, suppressed
from engagement.surveys.workflow import Asked
from enterprises.models import Enterprise
from notices.models import Message
from portal.core import bilingual
from portal.core.access import Refused
from portal.core.calendar import current, local_day
from stewards.models import HelpRequest
from tests.factories.accounts import UserFactory
from tests.factories.engagement import Scene, invited, survey, visit
from tests.factories.enterprises import EnterpriseFactory, IndustryFactory, MembershipFactory, ParkFactory
from tests.factories.rating import answered

pytestmark = pytest.mark.django_db
DISTRICT = Audience(tiers=("district",))
TEXTS = {"title_en": "Flats", "title_zh_hans": "公寓", "about_en": "Why", "about_zh_hans": "为何"}


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as error:
        act()
    return str(error.value)


def write(by: Any, row: Survey | None = None, **fields: Any) -> Survey:
    given = {
        "texts": TEXTS, "closes_on": local_day() + timedelta(days=10),
        "questions": [Asked("level", "如何？", "How?"), Asked("line", "还有？", "And?")], **fields,
    }  # fmt: skip
    return workflow.write(row, by=by, **given)


def going(audience: Audience) -> set[Enterprise]:
    return {enterprise for enterprise, _people in choose(audience).going}


class TestWriting:
    def test_a_draft_is_written_and_written_anew(self, scene: Scene) -> None:
        made = write(scene.admin)
        assert (made.state, made.author) == (SurveyState.DRAFT, scene.admin)
        again = write(scene.admin, made, questions=[Asked("yes_no", "好吗？", "Good?")])
        assert again.pk == made.pk
        assert [(q.place, q.kind, q.text_en, q.text_zh_hans) for q in made.questions.all()] == [  # type: ignore[attr-defined]
            (1, "yes_no", "Good?", "好吗？")
        ]
        assert not Message.objects.exists()

    @pytest.mark.parametrize(
        ("fields", "reason"),
        [
            ({"questions": []}, "one to three questions"),
            ({"questions": [Asked("line", "一", "One")] * 4}, "one to three questions"),
            ({"closes_on": local_day()}, "within the next two months"),
            ({"closes_on": local_day() - timedelta(days=1)}, "within the next two months"),
            ({"closes_on": local_day() + timedelta(days=61)}, "within the next two months"),
        ],
        ids=["none", "four", "today", "past", "far"],
    )
    def test_what_is_no_short_survey(self, scene: Scene, fields: dict[str, Any], reason: str) -> None:
        assert reason in refused(lambda: write(scene.admin, **fields))
        assert not Survey.objects.exists()

    def test_only_the_service_centre_has_them(self, scene: Scene) -> None:
        row, sent = survey(scene.admin), survey(scene.admin, state="open")
        for person in (scene.steward, scene.handler, scene.owner, UserFactory(roles=["leader", "editor"])):
            for act in (
                lambda by=person: write(by),
                lambda by=person: write(by, row),
                lambda by=person: workflow.discard(row, by=by),
                lambda by=person: workflow.send(row, by=by, audience=DISTRICT),
                lambda by=person: workflow.close(sent, by=by),
            ):
                assert refused(act) == "Only the service centre sends surveys."

    @pytest.mark.parametrize("state", ["open", "closed"])
    def test_what_was_sent_stays_as_it_is(self, scene: Scene, state: str) -> None:
        row = survey(scene.admin, state=state)
        word = {"open": "Open", "closed": "Closed"}[state]
        for act in (
            lambda: write(scene.admin, row),
            lambda: workflow.discard(row, by=scene.admin),
            lambda: workflow.send(row, by=scene.admin, audience=DISTRICT),
        ):
            assert refused(act) == f"This survey is “{word}” now."

    def test_a_draft_can_be_discarded_and_not_closed(self, scene: Scene) -> None:
        row = survey(scene.admin)
        assert "“Draft”" in refused(lambda: workflow.close(row, by=scene.admin))
        workflow.discard(row, by=scene.admin)
        assert not SurveyQuestion.objects.exists()


class TestWhom:
    def test_by_tier_industry_park_and_service(self, scene: Scene) -> None:
        IndustryFactory(code="I", section="I", name_en="Information")
        park = ParkFactory()
        software = EnterpriseFactory(industry=IndustryFactory(), park=park)
        elsewhere = EnterpriseFactory(industry=IndustryFactory(code="C13", name_en="Food"), park=park)
        visited, asked, long_ago, inspected = (EnterpriseFactory() for _n in range(4))
        visit(visited, scene.steward, "written_up")
        visit(inspected, scene.steward, "held", asked_by="enforcement")
        for of in (asked, long_ago, None):
            answered(scene.steward, enterprise=of, asker=scene.outsider)
        HelpRequest.objects.filter(enterprise=long_ago).update(answered_at=timezone.now() - timedelta(days=100))
        for each in (software, elsewhere, visited, asked, long_ago, inspected):
            MembershipFactory(enterprise=each)
        for audience, whom in (
            (DISTRICT, {scene.enterprise}),
            (Audience(tiers=("municipal",)), set()),
            (Audience(industries=("I",)), {software}),
            (Audience(industries=("I65",)), {software}),
            (Audience(industries=("I", "C13")), {software, elsewhere}),
            (Audience(parks=(park.pk,)), {software, elsewhere}),
            (Audience(parks=(park.pk,), industries=("C13",)), {elsewhere}),
            (Audience(parks=(park.pk,), tiers=("district",)), set()),
            (Audience(served=True), {visited, asked}),
            (Audience(served=True, tiers=("district",)), set()),
            (Audience(), set()),
        ):
            assert going(audience) == whom, audience

    def test_its_owners_read_it_or_everybody_where_no_owner_is_left(self, scene: Scene) -> None:
        MembershipFactory(enterprise=scene.enterprise, role="member")
        MembershipFactory(enterprise=scene.enterprise, user=UserFactory(is_active=False))
        orphan = EnterpriseFactory(tier="district")
        left = MembershipFactory(enterprise=orphan, role="member").user
        MembershipFactory(enterprise=orphan, state="ended")
        MembershipFactory(enterprise=EnterpriseFactory(tier="district"), state="claimed")
        chosen = choose(DISTRICT)
        assert dict(chosen.going) == {scene.enterprise: [scene.owner], orphan: [left]}
        assert [(words, len(found)) for words, found in chosen.spared] == [("nobody there has an account", 1)]

    def test_the_guard_spares_and_says_why_and_how_many(self, scene: Scene) -> None:
        today = local_day()
        resting = [EnterpriseFactory(tier="district") for _n in range(2)]
        for each in resting:
            NotNow.objects.create(enterprise=each, first=today, last=today + timedelta(days=30), by=scene.owner)
        declined, tired = EnterpriseFactory(tier="district"), EnterpriseFactory(tier="district")
        visit(declined, scene.steward, "declined", day=today)
        for each in (*resting, declined, tired):
            MembershipFactory(enterprise=each)
        for _n in range(2):
            invited(survey(scene.admin, state="open"), tired, day=sending_day())
        chosen = choose(DISTRICT)
        assert going(DISTRICT) == {scene.enterprise}
        assert {code: len(found) for code, found in chosen.left.items()} == {"not_now": 2, "declined": 1, "cap": 1}
        assert next(words for words, _found in chosen.spared) == "has asked for quiet"

    def test_a_quiet_period_spares_everybody(self, scene: Scene) -> None:
        QuietPeriod.objects.create(name_en="Fair", name_zh_hans="展", first=sending_day(), last=sending_day())
        assert not going(DISTRICT)
        assert "nobody whom this survey may go to" in refused(
            lambda: workflow.send(survey(scene.admin), by=scene.admin, audience=DISTRICT)
        )
        assert not SurveyInvitation.objects.exists()

    def test_the_cap_is_the_district_s(self, scene: Scene) -> None:
        invited(survey(scene.admin, state="closed"), scene.enterprise, answered=True, day=sending_day())
        assert going(DISTRICT)
        GuardLimit.objects.create(code=Limit.SURVEYS_A_YEAR, value=1, valid_from=local_day(), reason="…")
        assert not going(DISTRICT)

    def test_surveys_and_visits_do_not_take_each_other_s_place(self, scene: Scene) -> None:
        scene.visit("held")
        assert going(DISTRICT)
        for _n in range(2):
            invited(survey(scene.admin, state="open"), scene.enterprise, day=sending_day())
        far = next(day for n in range(20, 40) if current().is_working(day := local_day() + timedelta(days=n)))
        assert judge(Contact.GOVERNMENT, far, book_of(scene.enterprise), local_day())

    def test_digests_go_out_on_working_days(self) -> None:
        assert current().is_working(sending_day())
        assert 0 <= (sending_day() - local_day()).days <= 9

    def test_too_many_are_too_many(self, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("engagement.surveys.choosing.MOST", 1)
        EnterpriseFactory(tier="district")
        assert choose(DISTRICT).too_many
        assert "too many enterprises" in refused(
            lambda: workflow.send(survey(scene.admin), by=scene.admin, audience=DISTRICT)
        )

    @pytest.mark.parametrize("rows", [1, 30])
    def test_a_constant_number_of_queries(self, scene: Scene, rows: int, django_assert_num_queries: Any) -> None:
        for _n in range(rows):
            MembershipFactory(enterprise=EnterpriseFactory(tier="district"))
        current()
        with django_assert_num_queries(7):
            assert len(choose(DISTRICT).going) == rows + 1

    @pytest.mark.parametrize("language", bilingual.LANGUAGES)
    def test_in_words(self, language: str) -> None:
        park = ParkFactory()
        whole = Audience(("district", "municipal"), (IndustryFactory().pk,), (park.pk,), True)
        assert Audience.of(whole.kept()) == whole
        with bilingual.speaking(language):
            words = whole.words().split(" · ")
            assert len(words) == 4
            assert words[2] == park.name
            assert {why_words(code) for code in WHY} == {str(text) for text in WHY.values()}
        assert why_words(NOBODY) == "nobody there has an account"


class TestSending:
    def test_each_enterprise_is_asked_once_and_never_urgently(self, scene: Scene) -> None:
        second = MembershipFactory(enterprise=scene.enterprise, user=UserFactory(language="zh-hans")).user
        spared = EnterpriseFactory(tier="district")
        row = survey(scene.admin)
        workflow.send(row, by=scene.admin, audience=DISTRICT)
        row.refresh_from_db()
        invitation = SurveyInvitation.objects.get()
        assert (invitation.enterprise, invitation.day, row.state) == (scene.enterprise, sending_day(), "open")
        assert (row.audience["tiers"], row.left_out) == (["district"], {NOBODY: 1})
        assert spared not in {each.enterprise for each in SurveyInvitation.objects.all()}
        mail = {message.recipient: message for message in Message.objects.all()}
        assert set(mail) == {scene.owner, second}
        assert {message.state for message in mail.values()} == {"held"}
        assert "3 short questions" in mail[scene.owner].body
        assert mail[scene.owner].subject == "We ask for your opinion: Talent flats"
        assert "/zh-hans/survey/" in mail[second].body
        assert "人才公寓" in mail[second].subject

    def test_a_second_click_and_an_old_page_send_nothing(self, scene: Scene) -> None:
        row = survey(scene.admin)
        old = row.lock_version
        write(scene.admin, row)
        assert "Somebody has worked on this" in refused(
            lambda: workflow.send(row, by=scene.admin, audience=DISTRICT, seen=old)
        )
        workflow.send(row, by=scene.admin, audience=DISTRICT)
        assert "“Open”" in refused(lambda: workflow.send(row, by=scene.admin, audience=DISTRICT))
        assert (SurveyInvitation.objects.count(), Message.objects.count()) == (1, 1)

    def test_a_draft_that_lay_too_long_gets_a_new_last_day_first(self, scene: Scene) -> None:
        row = survey(scene.admin, closes_on=local_day())
        assert "Choose a last day" in refused(lambda: workflow.send(row, by=scene.admin, audience=DISTRICT))

    def test_an_enterprise_cannot_be_asked_twice_by_one_survey(self, scene: Scene) -> None:
        row = survey(scene.admin, state="open")
        invited(row, scene.enterprise)
        with pytest.raises(IntegrityError), transaction.atomic():
            invited(row, scene.enterprise)

    def test_one_question_is_one_question(self, scene: Scene) -> None:
        workflow.send(survey(scene.admin, "line"), by=scene.admin, audience=DISTRICT)
        assert "One question, until" in Message.objects.get().body

    def test_the_service_centre_reads_the_message_without_the_link(self, scene: Scene) -> None:
        workflow.send(survey(scene.admin), by=scene.admin, audience=DISTRICT)
        message = Message.objects.get()
        token = links.address_of(SurveyInvitation.objects.get(), scene.owner).split("/survey/")[1]
        assert token in message.body
        assert token not in message.body_for_others
        assert "/survey/…/" in message.body_for_others


class TestAnswering:
    def answers(self, row: Survey) -> dict[int, int | str]:
        said: dict[str, int | str] = {"level": 4, "yes_no": 0, "line": "More of them"}
        return {question.pk: said[question.kind] for question in row.questions.all()}

    def test_the_answer_is_kept_apart_from_who_gave_it(self, scene: Scene) -> None:
        row = survey(scene.admin, state="open")
        invitation = invited(row, scene.enterprise)
        workflow.answer(invitation, answers=self.answers(row))
        assert Counter(SurveyAnswer.objects.values_list("value", "line")) == Counter(
            [(4, ""), (0, ""), (None, "More of them")]
        )
        columns = {field.name for field in SurveyAnswer._meta.get_fields()}
        assert columns == {"id", "question", "value", "line"}
        invitation.refresh_from_db()
        assert invitation.answered_at

    def test_one_answer_an_enterprise(self, scene: Scene) -> None:
        row = survey(scene.admin, state="open")
        invitation = invited(row, scene.enterprise)
        workflow.answer(invitation, answers=self.answers(row))
        assert "answered already" in refused(lambda: workflow.answer(invitation, answers=self.answers(row)))
        assert SurveyAnswer.objects.count() == 3

    def test_what_is_left_out_is_no_answer_and_nothing_at_all_is_refused(self, scene: Scene) -> None:
        row = survey(scene.admin, state="open")
        invitation = invited(row, scene.enterprise)
        other = survey(scene.admin, "level", state="open").questions.get()
        for empty in ({}, {other.pk: 5}, dict.fromkeys(self.answers(row), "")):
            assert "at least one question" in refused(lambda given=empty: workflow.answer(invitation, answers=given))
        workflow.answer(invitation, answers={row.questions.get(place=2).pk: 0})
        assert [(each.question.place, each.value) for each in SurveyAnswer.objects.all()] == [(2, 0)]

    @pytest.mark.parametrize("fields", [{"state": "closed"}, {"state": "open", "closed_at": timezone.now()}])
    def test_a_closed_survey_takes_no_answer(self, scene: Scene, fields: dict[str, Any]) -> None:
        row = survey(scene.admin, **fields)
        invitation = invited(row, scene.enterprise)
        assert "closed" in refused(lambda: workflow.answer(invitation, answers=self.answers(row)))

    def test_closing_by_hand_and_by_date(self, scene: Scene) -> None:
        row = survey(scene.admin, state="open", closes_on=local_day())
        assert row.state == SurveyState.OPEN
        assert workflow.close(row, by=scene.admin).state == SurveyState.CLOSED
        assert "“Closed”" in refused(lambda: workflow.close(row, by=scene.admin))

    @pytest.mark.parametrize(("value", "line"), [(None, ""), (3, "x")], ids=["nothing", "both"])
    def test_an_answer_says_one_thing(self, scene: Scene, value: int | None, line: str) -> None:
        question = survey(scene.admin).questions.first()
        with pytest.raises(IntegrityError), transaction.atomic():
            SurveyAnswer.objects.create(question=question, value=value, line=line)


class TestResults:
    def counted(self, scene: Scene, values: list[int], kind: str = "level", state: str = "closed") -> Any:
        row = survey(scene.admin, kind, state=state)
        question = row.questions.get()
        SurveyAnswer.objects.bulk_create(
            SurveyAnswer(question=question, **({"line": f"No {v}"} if kind == "line" else {"value": v})) for v in values
        )
        found = results(row)
        return found[0] if found else None

    def test_nothing_while_it_is_open(self, scene: Scene) -> None:
        assert self.counted(scene, [5] * 9, state="open") is None

    @pytest.mark.parametrize("kind", QuestionKind.values)
    @pytest.mark.parametrize("count", [0, 1, 4])
    def test_nothing_of_fewer_than_five(self, scene: Scene, kind: str, count: int) -> None:
        found = self.counted(scene, [1] * count, kind)
        assert (found.few, found.lines, found.texts, found.total) == (True, [], [], count)

    @pytest.mark.parametrize(
        ("values", "shown"),
        [
            ([5] * 5, [5, 0, 0, 0, 0]),
            ([5] * 6 + [1] * 7, [6, 0, 0, 0, 7]),
            ([5] * 6 + [3] * 5 + [1], [6, 0, None, 0, None]),
            ([5] * 9 + [2] * 2 + [1] * 3, [9, 0, 0, None, None]),
            ([5, 4, 3, 2, 1], [None] * 5),
            ([5] * 5 + [1], [None, 0, 0, 0, None]),
        ],
        ids=["all one", "two groups", "next smallest", "two small", "each alone", "the rest tells"],
    )
    def test_small_counts_cannot_be_worked_back(self, scene: Scene, values: list[int], shown: list[Any]) -> None:
        assert [line.count for line in self.counted(scene, values).lines] == shown

    def test_yes_and_no_and_lines(self, scene: Scene) -> None:
        found = self.counted(scene, [1] * 6 + [0] * 5, "yes_no")
        assert [(line.words, line.count) for line in found.lines] == [("Yes", 6), ("No", 5)]
        lines = self.counted(scene, [1, 2, 3, 4, 5], "line")
        assert sorted(lines.texts) == ["No 1", "No 2", "No 3", "No 4", "No 5"]

    def test_texts_stand_in_an_order_that_tells_nothing_and_stays(self, scene: Scene) -> None:
        """Neither as they came nor anew at each look, which a careful reader could set against each other."""
        row = survey(scene.admin, "line", state="closed")
        keys = [uuid.UUID(int=n, version=4) for n in (70, 20, 90, 10, 50)]
        for n, key in enumerate(keys):
            SurveyAnswer.objects.create(pk=key, question=row.questions.get(), line=f"No {n}")
        looks = [results(row)[0].texts for _look in range(3)]
        assert looks == [["No 3", "No 1", "No 4", "No 0", "No 2"]] * 3
        assert {uuid.uuid4().version, SurveyAnswer().pk.version} == {4}, "drawn by lot"

    def test_who_writes_a_line_is_warned_beside_it(self, scene: Scene) -> None:
        form = AnswerForm(questions=list(survey(scene.admin, state="open").questions.all()))
        warned = {name for name, field in form.fields.items() if "Leave out names" in str(field.help_text)}
        assert warned == {f"q{q.pk}" for q in SurveyQuestion.objects.filter(kind="line")}

    def test_three_queries(self, scene: Scene, django_assert_num_queries: Any) -> None:
        row = survey(scene.admin, state="closed")
        with django_assert_num_queries(3):
            assert len(results(row)) == 3

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.integers(0, 12), min_size=2, max_size=5))
    def test_no_hidden_count_is_the_only_one(self, counts: list[int]) -> None:
        shown = suppressed(dict(enumerate(counts)))
        hidden = [value for value, count in shown.items() if count is None]
        assert all(count is None or count == 0 or count >= 5 for count in shown.values())
        assert len(hidden) != 1 or sum(count > 0 for count in counts) == 1
        assert all(shown[value] in (None, count) for value, count in enumerate(counts))
