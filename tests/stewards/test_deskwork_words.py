"""The desk's quicker ways under odd input: whatever is typed is refused with its place or kept as it was meant."""

import uuid
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core.workdays import Calendar
from stewards import timeline
from stewards.deskwork import board, bulk, bulk_pages, canned, messages, recording, saved
from stewards.deskwork.card_field import CardsField
from stewards.deskwork.record_page import RecordForm
from stewards.enums import EventKind
from stewards.models import HelpRequest, RequestEvent
from tests.factories.accounts import HandlerFactory, StewardFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.stewards import HelpRequestFactory, StewardshipFactory, accepted
from tests.stewards.scene import mails

quick = settings(max_examples=60, deadline=None)
BRACES = st.text(alphabet="{} abdeghilmnoprstuy\n政策", max_size=60)
KNOWN = st.sampled_from([*(f"{{{name}}}" for name in canned.WORDS), "{x}", "{", "}", "text", "\n", "价"])
MONDAY = date(2026, 11, 23)


# --- placeholders -------------------------------------------------------------------------------------------------


@quick
@given(st.one_of(BRACES, st.lists(KNOWN, max_size=12).map("".join)))
def test_a_text_without_faults_holds_known_placeholders_only(text: str) -> None:
    faults = canned.faults(text)
    rest = text
    for name in canned.WORDS:
        rest = rest.replace(f"{{{name}}}", "")
    assert bool(faults) is ("{" in rest or "}" in rest)
    assert len(set(faults)) == len(faults), "each fault has a place of its own"


@quick
@given(st.lists(KNOWN, max_size=12).map("".join))
def test_the_place_of_a_fault_is_where_it_stands(text: str) -> None:
    lines = text.split("\n")
    for sentence in canned.faults(text):
        words = sentence.replace(",", "").replace(":", "").split()
        line, place = int(words[1]), int(words[3])
        assert lines[line - 1][place - 1] in "{}"


@quick
@given(st.lists(KNOWN, max_size=12).map("".join))
def test_what_is_unfilled_is_known_and_named_once(text: str) -> None:
    left = canned.unfilled(text)
    assert len(set(left)) == len(left)
    assert all(each[1:-1] in canned.WORDS and each in text for each in left)


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["{number}", "{due}", "{}", "{x"])
def test_a_name_with_braces_is_not_filled_in_again(value: str) -> None:
    """What the request knows is put in as it is, never read as a placeholder."""
    steward = StewardFactory()
    words = {"title_zh_hans": "一", "title_en": "One", "text_zh_hans": "{enterprise}", "text_en": "To {enterprise}."}
    answer = canned.keep(None, by=steward, words=words)
    asked = accepted(steward, enterprise=EnterpriseFactory(name_en=value))
    assert canned.filled(answer, asked) == f"To {value}."


# --- follow-ups ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "line",
    [
        *("data:text/html,x Title", "JAVASCRIPT:alert(1) x", "https:// x", "http://[ x", "https://exa mple.org x"),
        *("/en/policies/ x", "/en/policies/a/b/ x", "../../etc x", "\\\\host\\share x", "mailto:a@example.org x"),
    ],
)
def test_odd_addresses_are_refused_with_their_line(line: str) -> None:
    with pytest.raises(ValidationError) as refused:
        CardsField(required=False).clean(f"https://example.org/ Fine\n\n{line}")
    assert "Line 3: " in str(refused.value)


@quick
@given(st.text(alphabet="abc /.:-\n政", max_size=40))
def test_links_lead_to_the_web_and_have_a_title(text: str) -> None:
    lines = "\n".join(f"https://example.org/{n} {line}" for n, line in enumerate(text.split("\n")[:4]))
    try:
        cards = CardsField(required=False).clean(lines)
    except ValidationError:
        assert any(not line.strip() for line in text.split("\n")[:4])
        return
    assert all(urlsplit(card["url"]).scheme == "https" and card["title"].strip() for card in cards)


# --- views, ticks, months -----------------------------------------------------------------------------------------


@quick
@given(st.dictionaries(st.sampled_from(["tab", "q", "tag", "cursor"]), st.text(max_size=20), max_size=4))
def test_a_kept_address_is_kept_again_as_it_is(address: dict[str, str]) -> None:
    query = QueryDict(mutable=True)
    query.update(address)
    kept = saved.query_of(query)
    assert saved.query_of(QueryDict(kept)) == kept
    assert "cursor=" not in kept
    assert "\n" not in kept
    assert all(QueryDict(kept)[name] == address[name] for name in QueryDict(kept))


@pytest.mark.parametrize(
    ("values", "picks"),
    [
        ([], {}),
        (["HK-2026-000001:4", "HK-2026-000002:0"], {"HK-2026-000001": 4, "HK-2026-000002": 0}),
        (["HK-1:4", "HK-1:5"], {"HK-1": 5}),
        (["HK-1", "HK-1:", ":", "HK-1:-1", "HK-1:x", f"HK-1:{'9' * 12}", "HK-1:²"], {}),
        (["a:b:3"], {"a:b": 3}),
    ],
)
def test_ticks(values: list[str], picks: dict[str, int]) -> None:
    assert {number: seen for number, seen in bulk_pages.picks_of(values).items() if number} == picks


@quick
@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_day_of_every_month_stands_once_in_its_month(day: date) -> None:
    shown = [each for week in board.weeks(day.replace(day=1), day, Calendar()) for each in week]
    assert [each.day for each in shown if each.today] == [day]
    inside = [each.day for each in shown if each.inside]
    assert all(each.month == day.month for each in inside)
    after = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    assert len(inside) == len(set(inside)) == (after - inside[0]).days
    assert all(each.working for each in shown if each.makeup)


@quick
@given(st.text(max_size=8))
def test_any_month_asked_for_is_a_month(text: str) -> None:
    first = board.month_of(text, MONDAY)
    assert first.day == 1
    assert text == f"{first:%Y-%m}" or first == date(2026, 11, 1)


# --- who is told what, in which language --------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("channel", recording.SPOKEN)
@pytest.mark.parametrize(
    ("language", "said"), [("en", "recorded the request, which"), ("zh-hans", "诉求")], ids=["en", "zh-hans"]
)
def test_the_owner_reads_what_was_recorded_in_their_language(channel: str, language: str, said: str) -> None:
    owner = MembershipFactory(user__language=language)
    facts = {"channel": channel, "subject": "№ 1", "body": "…", "caller": "Secret · 000"}
    asked = recording.record(by=HandlerFactory(), enterprise=owner.enterprise, **facts)
    told = owner.user.messages_received.get()
    assert told.language == language
    assert said in told.body
    assert asked.number in told.subject
    assert "Secret" not in told.body
    assert "Secret" not in str(asked.events.get().data)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("say", [messages.undone, messages.given_back])
def test_corrections_say_what_happened(say: Any, language: str) -> None:
    asked = accepted(StewardFactory(name_en="Stella", name_zh="星"))
    event = RequestEvent(request=asked, kind=EventKind.UNDONE, actor=asked.steward)
    with translation.override(language):
        told = say(asked, event)
        assert timeline.title(event) in told.body
    assert ("Stella" if language == "en" else "星") in told.body
    assert asked.number in told.subject


@pytest.mark.django_db
def test_who_holds_it_again_is_told_and_nobody_twice() -> None:
    """A referral taken back: the department's handlers lose it, the handler who had it has it again."""
    steward, colleague, other = StewardFactory(), StewardFactory(), HandlerFactory()
    asked = accepted(steward, enterprise=None)
    HelpRequest.objects.filter(pk=asked.pk).update(handler=colleague)
    facts = {"department": other.department, "reason": "Tax."}
    done = bulk.perform(by=steward, verb="refer", picks={asked.number: 0}, form_key=uuid.uuid4(), **facts)
    assert bulk.undo(done, by=steward) == []
    assert HelpRequest.objects.get(pk=asked.pk).handler == colleague
    assert [kind for kind, _state in mails(other)] == ["request.referred", "request.undone"]
    assert [kind for kind, _state in mails(colleague)] == ["request.undone"]
    assert mails(steward) == []


# --- the form of the page -----------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "phone", "caller"),
    [
        ("Ann", "021", "Ann · 021"),
        ("Ann\u202e", "021", "Ann · 021"),
        ("  Ann  ", " 021 ", "Ann · 021"),
        ("", "021", "021"),
        ("Ann", "", "Ann"),
        ("", "", ""),
    ],
)
def test_the_caller_in_one_line(name: str, phone: str, caller: str) -> None:
    owner = MembershipFactory()
    words = {"type": "help", "subject": "№ 1", "body": "…", "language": "en", "channel": "phone"}
    who = {"enterprise": owner.enterprise_id, "name": name, "phone": phone}
    form = RecordForm({**words, **who, "form_key": uuid.uuid4()})
    assert form.is_valid(), form.errors
    assert form.facts()["caller"] == caller
    assert form.facts()["enterprise"] == owner.enterprise


@pytest.mark.django_db
def test_the_chosen_enterprise_stays_beside_what_is_found() -> None:
    chosen, found = EnterpriseFactory(name_en="Alpha Fictional"), EnterpriseFactory(name_en="Beta Fictional")
    form = RecordForm(initial={"q": "beta", "enterprise": str(chosen.pk)})
    assert [each.pk for each in form.found] == [chosen.pk, found.pk]
    assert f'value="{chosen.pk}" required id="id_enterprise_0" checked' in str(form["enterprise"])
    for odd in ("0", "-1", "x", "9" * 40, "none"):
        assert RecordForm(initial={"q": "", "enterprise": odd}).found == []


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["answered", "rated", "closed", "not_accepted", "withdrawn"])
def test_callers_of_every_settled_state_are_forgotten(state: str) -> None:
    settled = HelpRequestFactory(caller="Ann", state="submitted")
    long_ago = settled.changed_at - timedelta(days=400)
    stewardship = StewardshipFactory()
    HelpRequest.objects.filter(pk=settled.pk).update(state=state, changed_at=long_ago, steward=stewardship.steward)
    assert recording.forget_callers() == 1
    assert HelpRequest.objects.get(pk=settled.pk).caller == ""
