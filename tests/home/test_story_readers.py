"""The story as a property: whoever reads it and whatever has happened, each entry is one that this person may see."""

import random
import re
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from engagement.models import Visit
from notices.models import Message
from policies.models import NewMatch, Package
from portal.core import bilingual
from portal.home import brief as briefing
from portal.home import story as telling
from portal.home.story import Entry, Reader
from portal.home.templatetags.sheet import within
from stewards.enums import EventKind
from stewards.models import HelpRequest, RequestEvent
from tests.factories.accounts import HandlerFactory, StewardFactory, UserFactory
from tests.factories.engagement import survey, visit
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.policies import PolicyFactory
from tests.factories.stewards import HelpRequestFactory, StewardshipFactory, accepted

pytestmark = pytest.mark.django_db
# What an enterprise may read of its requests in its story; everything else is the district's own business.
OPEN_KINDS = {"submitted", "answered", "not_accepted", "withdrawn", "reopened", "rated", "closed", "merged", "unmerged"}
OPEN_KINDS |= {"extended", "complex", "renewed", "recomputed", "unheard", "rectifying", "called_back", "rectified"}
KINDS = ("other.news", "survey", "request.answered", "visit.request", "package", "policy.match", "digest")
OPEN_VISITS = {"requested", "moved", "confirmed", "held", "written_up"}


class Street:
    """Two enterprises side by side, of which everything exists in every state, in a random order of time."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.steward, self.handler = StewardFactory(name_en="Stella Steward"), HandlerFactory(name_en="Hanna Handler")
        self.mine, self.other = EnterpriseFactory(name_en="Mine Ltd"), EnterpriseFactory(name_en="Others Ltd")
        self.owner = MembershipFactory(enterprise=self.mine).user
        self.member = MembershipFactory(enterprise=self.mine, role="member").user
        self.author = MembershipFactory(enterprise=self.other, user=UserFactory(name_en="Wendy Whistleblower")).user
        self.policy = PolicyFactory(title_en="Lamp subsidy")
        StewardshipFactory(steward=self.steward, enterprise=self.mine)
        for enterprise, asker in ((self.mine, self.owner), (self.other, self.author)):
            self._live(enterprise, asker)

    def when(self) -> Any:
        return timezone.now() - timedelta(minutes=self.dice.randrange(1, 90_000))

    def _live(self, enterprise: Any, asker: Any) -> None:
        of = {"enterprise": enterprise, "asker": asker}
        asked = [accepted(self.steward, **of), HelpRequestFactory(**of)]
        draft = HelpRequest.objects.create(asker=asker, enterprise=enterprise, subject="Half a thought")
        RequestEvent.objects.bulk_create(
            RequestEvent(
                request=request, kind=kind, actor=self.dice.choice([asker, self.steward]), at=self.when(),
                internal=self.dice.random() < 0.2, text="Between us",
            )
            for request in (*asked, draft) for kind in EventKind.values
        )  # fmt: skip
        self.complaint = asked[0]
        for state in ("planned", *OPEN_VISITS, "declined", "cancelled"):
            day = timezone.localdate() - timedelta(days=self.dice.randrange(2, 60))
            visit(
                enterprise, self.steward, state, day=day, occasion=asked[0], purpose=f"{state} at {enterprise.name_en}"
            )
        for handed in (None, self.when()):
            state = "handed_over" if handed else "draft"
            Package.objects.create(
                title_en=f"{state} for {enterprise.name_en}", enterprise=enterprise, author=self.steward, state=state,
                handed_over_at=handed,
            )  # fmt: skip
        NewMatch.objects.create(enterprise=enterprise, policy=self.policy, version=1, found_at=self.when())
        Message.objects.bulk_create(
            Message(key=f"{kind}:{asker.pk}", recipient=asker, email="x@example.org", kind=kind, language="en",
                    subject=f"{kind} for {enterprise.name_en}", body="B", created_at=self.when())
            for kind in KINDS
        )  # fmt: skip


def whole(enterprise: Any, reader: Reader) -> list[Entry]:
    """Page by page to the end."""
    seen, cursor = [], ""
    while True:
        page = telling.story(enterprise, reader, cursor)
        seen += page.entries
        if not (cursor := page.older):
            return seen


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("who", ["owner", "member"])
def test_the_enterprise_reads_its_own_open_part_and_all_of_it(seed: int, who: str) -> None:
    street = Street(seed)
    person = getattr(street, who)
    entries = whole(street.mine, telling.own_reader(person, street.mine))
    events = {event.pk: event for event in RequestEvent.objects.select_related("request")}
    visits = {each.pk: each for each in Visit.objects.all()}
    for entry in entries:
        if entry.source == "request":
            event = events[entry.key]
            assert (event.request.enterprise, event.internal) == (street.mine, False)
            assert event.kind in OPEN_KINDS
            assert event.request.state != "draft"
        elif entry.source == "visit":
            assert visits[entry.key].enterprise == street.mine
            assert visits[entry.key].told_at
        words = f"{entry.what} {entry.about}"
        assert not [
            word for word in ("Others Ltd", "Wendy", "Between us", "Half a thought", "draft for") if word in words
        ]
    told = Counter(entry.source for entry in entries)
    due = [
        e for e in events.values() if e.kind in OPEN_KINDS and not e.internal and e.request.enterprise == street.mine
    ]
    assert told["request"] == len([event for event in due if event.request.state != "draft"])
    assert told["visit"] == len(OPEN_VISITS)
    assert (told["package"], told["policy"]) == (1, 1)
    assert told["message"] == (2 if who == "owner" else 0)  # to each person their own


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    ("who", "requests", "visits"),
    [("steward", True, True), ("handler of one", True, False), ("visitor", False, True), ("admin", True, True)],
)
def test_staff_read_what_is_on_their_desk(seed: int, who: str, requests: bool, visits: bool) -> None:
    street = Street(seed)
    person = {"steward": street.steward, "admin": UserFactory(roles=["admin"])}.get(who, street.handler)
    if who == "handler of one":
        theirs = HelpRequest.objects.filter(pk=accepted(street.steward, enterprise=street.mine, asker=street.owner).pk)
        theirs.update(handler=street.handler, department=street.handler.department)
        RequestEvent.objects.create(request=theirs.get(), kind="submitted", actor=street.owner)
    elif who == "visitor":
        HelpRequest.objects.filter(state="submitted").update(state="withdrawn")
        seen = Visit.objects.filter(enterprise=street.mine, state="held").get()
        seen.participants.create(person=person, topic="Tax")
    enterprise, reader = telling.staff_reader(person, street.mine.pk)
    entries = whole(enterprise, reader)
    readable = set(HelpRequest.objects.readable_by(person).filter(enterprise=street.mine).values_list("pk", flat=True))
    keys = [entry.key for entry in entries if entry.source == "request"]
    shown = set(RequestEvent.objects.filter(pk__in=keys).values_list("request", flat=True))
    assert shown <= readable
    assert bool(shown) is requests
    assert bool([entry for entry in entries if entry.source == "visit"]) is visits
    assert not [entry for entry in entries if entry.source == "message" or "Others Ltd" in entry.about]


def test_the_unit_that_visits_reads_nowhere_who_complained(as_user: Any) -> None:
    """The request that led to the visit is not on its desk: no page, list, calendar or sheet names it or its author."""
    street = Street(7)
    HelpRequest.objects.filter(state="submitted").update(state="withdrawn")
    HelpRequest.objects.filter(pk=street.complaint.pk).update(type="complaint", subject="Noise at night")
    made = visit(street.mine, street.steward, occasion=street.complaint, purpose="A look at the yard")
    made.participants.create(person=street.handler, topic="Yard", department=street.handler.department)
    client = as_user(street.handler)
    pages = [
        "/en/visits/", "/en/visits/?tab=all", "/en/visits/month/", f"/en/visits/day/?day={made.day}",
        f"/en/visits/{made.pk}/",
        f"/en/desk/enterprises/{street.mine.pk}/", f"/en/desk/enterprises/{street.mine.pk}/brief/", "/en/desk/",
    ]  # fmt: skip
    for path in pages:
        page = client.get(path).content.decode()
        found = [word for word in ("Wendy", "Others Ltd", "Noise at night", street.complaint.number) if word in page]
        assert not found, (path, found)
    words = " ".join(m.subject + m.body for m in Message.objects.filter(recipient=street.handler))
    assert "Noise" not in words


def test_a_thousand_entries_page_by_page_at_the_same_cost(django_assert_num_queries: Any) -> None:
    owner = MembershipFactory()
    asked = HelpRequestFactory(enterprise=owner.enterprise, asker=owner.user)
    now = timezone.now()
    RequestEvent.objects.bulk_create(
        RequestEvent(request=asked, kind="closed", actor=owner.user, at=now - timedelta(hours=n // 3))
        for n in range(1, 1001)
    )
    reader = telling.own_reader(owner.user, owner.enterprise)
    seen, cursor, pages = [], "", 0
    while True:
        with django_assert_num_queries(6):
            page = telling.story(owner.enterprise, reader, cursor)
        seen += [entry.key for entry in page.entries]
        pages += 1
        if not (cursor := page.older):
            break
    assert (len(seen), len(set(seen)), pages) == (1000, 1000, 34)
    last = telling.story(owner.enterprise, reader, page.entries[-1].cursor)
    assert (last.entries, last.older) == ([], "")


def test_what_comes_in_meanwhile_moves_nothing() -> None:
    street = Street(3)
    reader = telling.own_reader(street.owner, street.mine)
    before = [entry.order for entry in whole(street.mine, reader)]
    first = telling.story(street.mine, reader)
    RequestEvent.objects.create(request=street.mine.requests.first(), kind="closed", actor=street.owner)
    rest, cursor = [], first.older
    while cursor:
        page = telling.story(street.mine, reader, cursor)
        rest += page.entries
        cursor = page.older
    assert [entry.order for entry in (*first.entries, *rest)] == before


@pytest.mark.parametrize("language", bilingual.LANGUAGES)
def test_a_survey_is_a_message_of_one_s_own(language: str) -> None:
    street = Street(5)
    survey(street.steward, state="open")
    with bilingual.speaking(language):
        told = [
            e.what for e in whole(street.mine, telling.own_reader(street.owner, street.mine)) if e.source == "message"
        ]
        assert set(told) == {"Message to you" if language == "en" else "发给您的消息"}


class TestTheSheet:
    def sheet(self, street: Street, person: Any) -> briefing.Brief:
        enterprise, reader = telling.staff_reader(person, street.mine.pk)
        return briefing.brief(enterprise, reader, timezone.localdate(), timezone.now())

    def test_rates_of_an_enterprise_that_never_asked(self) -> None:
        enterprise = EnterpriseFactory()
        reader = telling.staff_reader(UserFactory(roles=["admin"]), enterprise.pk)[1]
        year = briefing.brief(enterprise, reader, timezone.localdate(), timezone.now()).year
        assert (year.asked, year.answered, year.in_time, year.satisfaction, year.rated) == (0, 0, 0, None, 0)

    def test_it_counts_what_its_reader_may_see(self) -> None:
        street = Street(1)
        assert self.sheet(street, street.steward).open_count == 2
        made = visit(street.mine, street.handler, "held")
        HelpRequest.objects.filter(state="submitted").update(state="withdrawn")
        theirs = self.sheet(street, street.handler)
        assert (theirs.open_count, theirs.year.asked, theirs.visits) == (0, 0, [made])

    def test_at_most_five_of_everything(self) -> None:
        street = Street(2)
        for _n in range(7):
            accepted(street.steward, enterprise=street.mine, asker=street.owner)
            held = visit(street.mine, street.steward, "held")
            held.promises.create(text="A list", made_by=street.steward)
        found = self.sheet(street, street.steward)
        assert (len(found.open), found.open_count, len(found.visits), len(found.promises)) == (5, 9, 5, 5)

    @pytest.mark.parametrize(
        ("words", "columns", "shown"),
        [
            ("short", 5, "short"), ("shorter", 5, "short…"), ("人才公寓", 8, "人才公寓"), ("人才公寓", 7, "人才公…"),
            ("ab人", 3, "ab…"), ("ab 人", 3, "ab…"), ("", 5, ""),
            ("，" * 9, 4, "，，…"), ("x", 0, "…"), (12345, 3, "123…"),
        ],
    )  # fmt: skip
    def test_long_words_are_shortened_by_their_width(self, words: Any, columns: int, shown: str) -> None:
        assert within(words, columns) == shown

    @pytest.mark.parametrize("language", bilingual.LANGUAGES)
    def test_no_text_on_it_is_long_enough_for_a_second_page(self, language: str, as_user: Any) -> None:
        long = "关于人才公寓与子女入学的综合诉求，" * 20
        street = Street(4)
        type(street.mine).objects.update(name_zh_hans=long[:200], name_en="Very " * 39 + "Long")
        HelpRequest.objects.update(subject=long[:200])
        for _n in range(3):
            held = visit(street.mine, street.steward, "held", purpose=long[:200], place=long[:200])
            held.promises.create(text=long, made_by=street.steward)
        page = as_user(street.steward).get(f"/{language}/desk/enterprises/{street.mine.pk}/brief/").content.decode()
        halves = page.split('<section class="brief-half')[1:]
        assert len(halves) == 2
        for half in halves:
            sheet = half.partition("</section>")[0]
            texts = [text.strip() for text in re.findall(r">([^<]+)<", sheet) if text.strip()]
            assert max(sum(2 if ord(char) > 0x2E80 else 1 for char in text) for text in texts) <= 160
            assert sheet.count("<li>") <= 20
