"""Who may do what to an interpretation: every role, every state, every verb, as one table; nothing here needs a row."""

from contextlib import nullcontext

import pytest
from django.utils import translation

from accounts.models import User
from policies.enums import InterpretationKind, InterpretationState
from policies.interpretation import rules
from policies.interpretation.checking import LONGEST, LONGEST_BOX, check, filled, longest, with_transcripts
from policies.interpretation.content import FIELDS, LINK, SLOTS, columns_of, gaps, kept_columns, label_of, title_in
from policies.interpretation.desk_views import ACTS, TONES
from policies.interpretation.in_short import FILLS
from policies.interpretation.notices import tell_author
from policies.interpretation.pairs import pairs_of
from policies.interpretation.showing import Shown
from policies.models import Interpretation, InterpretationFile
from policies.publishing.staleness import AGREED
from portal.core.access import Refused
from tests.factories.interpretations import CONTENT, VTT

KINDS = InterpretationKind.values
STATES = InterpretationState.values
ROLES = ("editor", "translator", "reviewer", "admin", "steward", "handler", "leader", "auditor")
AUTHOR, OTHER, JUDGE = 1, 2, 3

# verb → who (a role of somebody else, or "author": who wrote it and has no role any more) in which states
TABLE: dict[str, tuple[set[str], set[str]]] = {
    "may_write": ({"editor", "translator"}, {"draft", "returned"}),
    "may_take_back": ({"author"}, {"in_review"}),
    "may_send_back": ({"reviewer"}, {"in_review"}),
    "may_discard": ({"author", "reviewer"}, {"draft", "returned"}),
    "may_withdraw": ({"reviewer"}, {"published"}),
    "may_revise": ({"editor", "translator"}, {"published"}),
}


def person(role: str, **fields: object) -> User:
    if role == "author":
        return User(pk=AUTHOR, roles=[], **fields)
    return User(pk=OTHER, roles=[role] if role else [], **fields)


def in_state(state: str, kind: str = "text", **fields: object) -> Interpretation:
    judge = User(pk=JUDGE, name_en="Xu Ning", name_zh="许宁")
    found = Interpretation(pk=7, kind=kind, state=state, author_id=AUTHOR, content=dict(CONTENT[kind]), **fields)
    if state in ("returned", "published"):
        found.reviewer = judge
    return found


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("state", STATES)
def test_every_role_in_every_state(name: str, state: str) -> None:
    people, states = TABLE[name]
    found = in_state(state)
    verdicts = {role: getattr(rules, name)(person(role), found) for role in ("", "author", *ROLES)}
    assert {role for role, verdict in verdicts.items() if verdict} == (people if state in states else set())
    assert all(verdict or str(verdict.reason).endswith(".") for verdict in verdicts.values())


@pytest.mark.parametrize("name", [*TABLE, "may_send", "may_publish", "may_confirm"])
def test_people_who_left_may_nothing_but_own_drafts(name: str) -> None:
    allowed = [
        (role, state)
        for role in ROLES
        for state in STATES
        if getattr(rules, name)(person(role, is_active=False), in_state(state))
    ]
    assert allowed == []


@pytest.mark.parametrize("role", ["", "author", *ROLES])
def test_who_begins_one(role: str) -> None:
    assert bool(rules.may_begin(person(role))) is (role in {"editor", "translator"})


@pytest.mark.parametrize(("name", "state"), [("may_publish", "in_review"), ("may_confirm", "published")])
def test_nobody_judges_what_they_wrote(name: str, state: str) -> None:
    everything = User(pk=AUTHOR, roles=["editor", "reviewer", "admin"])
    verdict = getattr(rules, name)(everything, in_state(state))
    assert "You wrote this yourself" in str(verdict.reason)
    assert not rules.may_send_back(everything, in_state("in_review"))
    for other in set(STATES) - {state}:
        assert not getattr(rules, name)(everything, in_state(other))


@pytest.mark.parametrize(
    ("state", "english", "chinese"),
    [
        ("in_review", "It is being reviewed. Its author can take it back.", "审核"),
        ("published", "Xu Ning has already published it.", "许宁"),
        ("withdrawn", "It has been withdrawn.", "撤"),
        ("discarded", "It has been discarded.", "作废"),
    ],
)
def test_the_reason_says_where_it_is_now(state: str, english: str, chinese: str) -> None:
    assert rules.may_write(person("editor"), in_state(state)).reason == english
    with translation.override("zh-hans"):
        assert chinese in str(rules.may_write(person("editor"), in_state(state)).reason)


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("draft", "It is a draft now: it was taken back, or never sent."),
        ("returned", "Xu Ning has returned it with comments."),
    ],
)
def test_a_reviewer_whose_page_is_old_is_told_why(state: str, reason: str) -> None:
    assert rules.may_publish(person("reviewer"), in_state(state)).reason == reason
    assert rules.may_send_back(person("reviewer"), in_state(state)).reason == reason


def test_tables_are_complete() -> None:
    """Every state has its colour, every act its rule, every box what fills it."""
    assert {*rules.WRITABLE, "in_review"} == set(rules.OPEN)
    assert set(TONES) <= set(STATES)
    assert {"publish", "return", "withdraw"}.isdisjoint(ACTS)  # they have addresses, or a page that was read
    assert set(FILLS) == set(FIELDS["summary"])
    assert set(FIELDS) == set(SLOTS) == set(KINDS)
    tell_author(in_state("draft"), User(pk=AUTHOR))  # nobody is told of what they did themselves: no query


class TestGaps:
    """What is missing, column by column, in the order of the page."""

    FILES = {"text": set(), "picture": {"picture"}, "video": {"video", "poster"}, "summary": set()}

    @pytest.mark.parametrize(
        ("kind", "column"),
        [(kind, column) for kind in ("text", "picture", "video") for column in CONTENT[kind]],
    )
    def test_each_column_of_a_complete_one(self, kind: str, column: str) -> None:
        for empty in ("", " \n\t", None):
            assert gaps(kind, CONTENT[kind] | {column: empty}, self.FILES[kind]) == [column]
        assert gaps(kind, CONTENT[kind], self.FILES[kind]) == []

    @pytest.mark.parametrize("field", FIELDS["summary"])
    @pytest.mark.parametrize("language", ["zh_hans", "en"])
    def test_a_box_in_one_language_only(self, field: str, language: str) -> None:
        other = "en" if language == "zh_hans" else "zh_hans"
        assert gaps("summary", {f"{field}_{language}": "x"}, set()) == [f"{field}_{other}"]
        assert gaps("summary", {f"{field}_{each}": "x" for each in ("en", "zh_hans")}, set()) == []

    @pytest.mark.parametrize(
        ("slots", "link", "missing"),
        [
            ({"video", "poster"}, "", []),
            ({"video", "poster"}, "https://v.example", []),
            ({"video"}, "https://v.example", ["poster"]),
            ({"poster"}, "https://v.example", []),
            ({"poster"}, "", ["video"]),
            (set(), "", ["video"]),
            ({"picture"}, "", ["video"]),
        ],
    )
    def test_files_of_a_video(self, slots: set[str], link: str, missing: list[str]) -> None:
        assert gaps("video", CONTENT["video"] | {LINK: link}, slots) == missing

    @pytest.mark.parametrize(
        ("slots", "missing"),
        [
            ({"picture"}, []),
            ({"picture", "picture_en"}, []),
            ({"picture_zh_hans", "picture_en"}, []),
            ({"picture_en"}, ["picture_zh_hans"]),
            ({"poster"}, ["picture_zh_hans", "picture_en"]),
        ],
    )
    def test_files_of_a_picture(self, slots: set[str], missing: list[str]) -> None:
        assert gaps("picture", CONTENT["picture"], slots) == missing

    @pytest.mark.parametrize("kind", KINDS)
    def test_every_gap_has_a_name(self, kind: str) -> None:
        named = [label_of(gap) for gap in gaps(kind, {f"{FIELDS[kind][0]}_en": "x"}, set())]
        assert named
        assert all(name and "_" not in name for name in named)


class TestChecking:
    @pytest.mark.parametrize(
        ("kind", "field", "most"),
        [
            ("text", "title", 200),
            ("text", "body", 20_000),
            ("picture", "alt", 300),
            ("picture", "description", 20_000),
            ("video", "transcript", 60_000),
            ("video", LINK, LONGEST[LINK]),
            ("summary", "who", LONGEST_BOX),
        ],
    )
    def test_how_long_each_may_be(self, kind: str, field: str, most: int) -> None:
        assert longest(kind, field) == most

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize(
        "new",
        [{"state": "published"}, {"stale": []}, {AGREED: {"title_en": "x"}}, {"title": "x"}, {"title_fr": "x"}, {1: 2}],
        ids=str,
    )
    def test_nothing_comes_in_that_the_kind_does_not_hold(self, kind: str, new: dict[str, object]) -> None:
        assert filled(kind, {}, new) == dict.fromkeys(kept_columns(kind), "")

    @pytest.mark.parametrize(("value", "kept"), [(None, ""), (0, ""), ([], ""), (12, "12"), ("x", "x"), (False, "")])
    def test_whatever_it_is_it_becomes_a_text(self, value: object, kept: str) -> None:
        assert filled("text", {"title_en": "Old"}, {"title_en": value})["title_en"] == kept

    @pytest.mark.parametrize(
        ("address", "passes"),
        [
            ("https://video.example/a", True),
            ("https://video.example:8443/a?b#c", True),
            ("https://192.0.2.7/a", True),
            ("HTTPS://video.example/", True),
            ("https://video", False),
            ("https:///a", False),
            ("https://a.example/\nx", False),
            ("https://a.example/ x", False),
            ("https://-a.example", False),
            ('https://a.example/"><script>', True),  # an address as any other; escaped where it is shown
            (" https://a.example", False),
            ("data:text/html,x", False),
            ("JAVASCRIPT://a.example/%0aalert(1)", False),
            ("https://" + "a" * 500 + ".example", False),
        ],
    )
    def test_addresses_elsewhere(self, address: str, passes: bool) -> None:
        with nullcontext() if passes else pytest.raises(Refused):
            check("video", {LINK: address})

    @pytest.mark.parametrize("column", ["captions_zh_hans", "captions_en"])
    def test_wrong_captions_say_in_which_language(self, column: str) -> None:
        with pytest.raises(Refused) as refused:
            check("video", {column: "WEBVTT\n\nx"})
        assert str(refused.value).startswith(f"{label_of(column)}: Line 3: ")

    @pytest.mark.parametrize(
        ("content", "english", "chinese"),
        [
            ({"captions_en": VTT.format("Hi")}, "Hi", None),
            ({"captions_en": VTT.format("Hi"), "transcript_en": "By hand"}, "By hand", None),
            ({"captions_en": VTT.format("Hi"), "captions_zh_hans": VTT.format("好")}, "Hi", "好"),
            ({"captions_en": ""}, None, None),
            ({}, None, None),
        ],
    )
    def test_transcripts_from_captions_of_their_language(
        self, content: dict[str, str], english: str | None, chinese: str | None
    ) -> None:
        before = dict(content)
        made = with_transcripts(content)
        assert (made.get("transcript_en"), made.get("transcript_zh_hans")) == (english, chinese)
        assert content == before  # what was given is not changed


class TestSides:
    @pytest.mark.parametrize(
        ("content", "stale", "states"),
        [
            ({}, [], ["missing", "missing", "missing", "missing"]),
            ({"title_en": "T"}, [], ["missing", "done", "missing", "missing"]),
            ({"title_en": "T", "title_zh_hans": "题"}, ["title_en"], ["done", "stale", "missing", "missing"]),
            ({"title_zh_hans": "题"}, ["title_en"], ["done", "missing", "missing", "missing"]),
        ],
    )
    def test_of_a_text(self, content: dict[str, str], stale: list[str], states: list[str]) -> None:
        found = Interpretation(kind="text", content=content, stale=stale)
        assert [side.state for pair in pairs_of(found) for side in pair.sides] == states

    def test_an_empty_box_is_no_gap_where_its_other_language_is_empty_too(self) -> None:
        found = Interpretation(kind="summary", content={"who_en": "Shops"})
        states = {side.column: side.state for pair in pairs_of(found) for side in pair.sides if side.state}
        assert states == {"who_en": "done", "who_zh_hans": "missing"}

    @pytest.mark.parametrize(
        ("base", "changed"),
        [(None, set()), ({}, {"title_en", "title_zh_hans", "body_en", "body_zh_hans"}), (CONTENT["text"], set())],
    )
    def test_marked_against_what_was_there(self, base: dict[str, str] | None, changed: set[str]) -> None:
        found = Interpretation(kind="text", content=CONTENT["text"])
        assert {side.column for pair in pairs_of(found, base=base) for side in pair.sides if side.changed} == changed

    @pytest.mark.parametrize(
        ("slots", "chinese", "english"),
        [
            (("picture",), "picture", "picture"),
            (("picture_zh_hans", "picture_en"), "picture_zh_hans", "picture_en"),
            (("picture", "picture_zh_hans"), "picture_zh_hans", "picture"),
            (("picture_en",), None, "picture_en"),
            ((), None, None),
        ],
    )
    def test_which_picture_each_reader_sees(
        self, slots: tuple[str, ...], chinese: str | None, english: str | None
    ) -> None:
        found = in_state("draft", "picture")
        found._prefetched_objects_cache = {"files": [InterpretationFile(slot=slot) for slot in slots]}
        seen = [shown.picture and shown.picture.slot for shown in (Shown(found, "zh-hans"), Shown(found, "en"))]
        assert seen == [chinese, english]

    @pytest.mark.parametrize(
        ("written", "language", "tracks"),
        [
            ({"en", "zh_hans"}, "en", [("en", True), ("zh-Hans", False)]),
            ({"en", "zh_hans"}, "zh-hans", [("zh-Hans", True), ("en", False)]),
            ({"en"}, "zh-hans", [("en", False)]),  # in a language that was not asked for: at hand, not shown
            (set(), "en", []),
        ],
    )
    def test_captions_beside_the_video(self, written: set[str], language: str, tracks: list[tuple[str, bool]]) -> None:
        found = in_state("draft", "video")
        found.content = {f"captions_{suffix}": VTT.format("x") for suffix in written}
        assert [(track.srclang, track.default) for track in Shown(found, language).tracks] == tracks

    @pytest.mark.parametrize("kind", KINDS)
    def test_one_without_a_word_shows_nothing_and_breaks_nowhere(self, kind: str) -> None:
        shown = Shown(Interpretation(pk=1, kind=kind, content={}), "en")
        assert not any((shown.body, shown.description, shown.alt, shown.transcript, shown.link, shown.tracks))
        assert title_in({}, "en") == ("", "")
        assert len(columns_of(kind)) == sum(len(pair.sides) for pair in pairs_of(shown.found))
