"""What interpretations hold: columns, labels, texts that are kept, transcripts; and how they are shown and named."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as configured
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from notices.models import Message
from policies.enums import InterpretationKind
from policies.interpretation import workflow
from policies.interpretation.checking import LONGEST, check, filled, longest, with_transcripts
from policies.interpretation.content import (
    FIELDS,
    LABELS,
    LINK,
    NEEDED,
    SLOTS,
    columns_of,
    gaps,
    kept_columns,
    label_of,
    listed,
    title_in,
)
from policies.interpretation.forms import BeginForm, CaptionsFile, WithdrawForm, WritingForm
from policies.interpretation.naming import title_of
from policies.interpretation.pairs import pairs_of
from policies.interpretation.showing import Shown, address_of, of_policy, summary_of, with_all
from policies.interpretation.texts import texts_of
from policies.models import Interpretation, InterpretationFile, InterpretedPolicy, Policy, Revision
from policies.publishing.staleness import missing_in, other_column, stale_after
from portal.core.access import Refused
from tests.factories import interpretations as make
from tests.factories.accounts import UserFactory
from tests.factories.policies import PolicyFactory
from tests.factories.publishing import editor, reviewer, translator

KINDS = InterpretationKind.values
DEPLOY = Path(__file__).parents[2] / "deploy"


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


class TestColumns:
    @pytest.mark.parametrize("kind", KINDS)
    def test_every_kind_has_its_columns_in_both_languages(self, kind: str) -> None:
        columns = columns_of(kind)
        assert len(columns) == 2 * len(FIELDS[kind])
        assert all(other_column(column) in columns for column in columns)
        assert (LINK in kept_columns(kind)) is (kind == "video")
        assert set(NEEDED[kind]) <= set(FIELDS[kind])

    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_every_name_has_a_word(self, language: str) -> None:
        with translation.override(language):
            for kind in KINDS:
                labels = [label_of(name) for name in (*kept_columns(kind), *SLOTS[kind])]
                assert len(set(labels)) == len(labels)
                assert all(labels)
                assert all("_" not in label for label in labels)

    def test_labels_say_the_language(self) -> None:
        assert label_of("title_en") == "Title (English)"
        assert label_of("how_much_zh_hans") == "How much (Chinese)"
        assert listed(["picture_en", "alt_zh_hans"]).startswith("Picture in English, What the picture shows")
        with translation.override("zh-hans"):
            assert label_of("how_much_en") == "支持多少（英文）"
            assert str(LABELS["who"]) == "谁能享受"

    @pytest.mark.parametrize(
        ("content", "language", "title"),
        [
            ({"title_en": "E", "title_zh_hans": "中"}, "en", ("E", "")),
            ({"title_en": "E", "title_zh_hans": "中"}, "zh-hans", ("中", "")),
            ({"title_en": "", "title_zh_hans": "中"}, "en", ("中", "zh-hans")),
            ({"title_en": "E"}, "zh-hans", ("E", "en")),
            ({}, "en", ("", "")),
        ],
    )
    def test_a_title_in_one_language_says_in_which(self, content: Any, language: str, title: Any) -> None:
        assert title_in(content, language) == title

    @pytest.mark.parametrize("kind", KINDS)
    def test_an_empty_one_lacks_something(self, kind: str) -> None:
        assert gaps(kind, {}, set())
        assert gaps(kind, make.CONTENT[kind] | {"who_en": "Shops"}, {"video", "poster", "picture"}) == []


class TestKeeping:
    def test_only_columns_of_the_kind(self) -> None:
        kept = filled(
            "text", {"title_en": "Old", "agreed": {"title_en": "x"}}, {"title_zh_hans": "新", "state": "published"}
        )
        assert kept == {
            "title_en": "Old",
            "title_zh_hans": "新",
            "body_en": "",
            "body_zh_hans": "",
            "agreed": {"title_en": "x"},
        }

    @pytest.mark.parametrize("kind", KINDS)
    def test_as_long_as_it_may_be_and_no_longer(self, kind: str) -> None:
        for field in FIELDS[kind]:
            if field == "captions":
                continue
            check(kind, {f"{field}_en": "x" * longest(kind, field)})
            with pytest.raises(Refused, match="at most"):
                check(kind, {f"{field}_en": "x" * (longest(kind, field) + 1)})

    def test_a_kind_that_does_not_exist(self) -> None:
        with pytest.raises(Refused, match="no such kind"):
            check("song", {})

    @pytest.mark.parametrize(
        "address",
        ["http://a.example/", "ftp://a.example", "//a.example", "https://", "https:a", "javascript:1", "https://a b"],
    )
    def test_a_link_is_https(self, address: str) -> None:
        with pytest.raises(Refused, match="https://"):
            check("video", {LINK: address})

    def test_links_that_pass(self) -> None:
        for address in ("https://video.example/w?v=1", "https://xn--fiq228c.example/影片", ""):
            check("video", {LINK: address})
        assert LONGEST[LINK] == 500

    def test_transcripts_are_made_where_there_is_none(self) -> None:
        made = with_transcripts(
            {
                "captions_en": make.VTT.format("Hello"),
                "captions_zh_hans": make.VTT.format("你好"),
                "transcript_en": " ",
                "transcript_zh_hans": "手写",
            }
        )
        assert (made["transcript_en"], made["transcript_zh_hans"]) == ("Hello", "手写")
        assert with_transcripts({"transcript_en": ""}) == {"transcript_en": ""}

    def test_staleness_knows_other_fields_than_a_policys(self) -> None:
        before = {"alt_en": "Old", "alt_zh_hans": "旧", "title_en": "T"}
        after = before | {"alt_zh_hans": "新"}
        assert stale_after(before, after, [], fields=("title", "alt")) == ["alt_en"]
        assert stale_after(before, after, []) == []
        assert missing_in(after, ("title", "alt")) == ["title_zh_hans"]
        assert (other_column("how_much_en"), other_column("title_zh_hans")) == ("how_much_zh_hans", "title_en")


@pytest.mark.django_db
class TestDatabase:
    def test_one_open_successor_at_a_time(self) -> None:
        old = make.published()
        draft = workflow.revise(old, by=editor())
        with pytest.raises(IntegrityError, match="one_open_successor"), transaction.atomic():
            Interpretation.objects.create(kind="text", author=draft.author, replaces=old)
        workflow.discard(draft, by=draft.author)
        assert workflow.revise(old, by=editor()) != draft

    def test_a_policy_and_a_place_once(self) -> None:
        found = make.draft("picture")
        link, file = found.links.get(), found.files.get()
        with pytest.raises(IntegrityError, match="policy_interpreted_once"), transaction.atomic():
            InterpretedPolicy.objects.create(interpretation=found, policy=link.policy, version=1)
        file.pk, file.key = None, uuid4()
        with pytest.raises(IntegrityError, match="interpretation_file_once"), transaction.atomic():
            file.save(force_insert=True)

    def test_published_by_somebody(self) -> None:
        found = make.draft()
        with pytest.raises(IntegrityError, match="published_by_someone_else"), transaction.atomic():
            Interpretation.objects.filter(pk=found.pk).update(state="published")

    def test_every_change_leaves_its_trail(self) -> None:
        found = make.draft("picture")
        workflow.save(found, by=found.author, content={"title_en": "Other"}, seen=0)
        assert [row.content["title_en"] for row in found.audit_rows.order_by("pgh_id")][-1] == "Other"
        assert workflow.content_at(found, 7) is None
        file = found.files.get()
        workflow.drop_file(found, file.key, by=found.author)
        trail = InterpretationFile._meta.get_field("audit_rows").related_model.objects.filter(pgh_obj_id=file.pk)
        assert list(trail.order_by("pgh_id").values_list("pgh_label", flat=True)) == ["insert", "delete"]

    def test_stored_names_tell_nothing(self) -> None:
        file = make.draft("picture").files.get()
        assert re.fullmatch(rf"interpretations/[0-9a-f]{{2}}/{file.key}", file.file.name)

    def test_the_audit_trail_shows_them(self, as_user: Any) -> None:
        found = make.draft("picture", by=editor(name_en="Zheng Jie"))
        client = as_user(UserFactory(roles=["auditor"]))
        for source, pk in (
            ("interpretations", found.pk),
            ("interpretation-policies", found.links.get().pk),
            ("interpretation-files", found.files.get().pk),
        ):
            page = client.get(reverse("home:audit"), {"of": source, "object": pk})
            assert page.context["trail"].entries[0].object_id == pk


@pytest.mark.django_db
class TestShowing:
    def test_named_after_the_policy_where_it_has_no_title(self) -> None:
        found = make.draft("summary")
        policy = found.policies.get()
        assert title_of(found) == f"In short: {policy.title_en}"
        with translation.override("zh-hans"):
            assert title_of(found) == f"速读：{policy.title_zh_hans}"
        assert Shown(found).title == title_of(found)

    def test_where_it_is_read(self) -> None:
        text, summary = make.published(), make.published("summary")
        assert address_of(Shown(text)).endswith(f"/interpretations/{text.pk}/")
        assert address_of(Shown(summary)).endswith("/in-short/")
        other = PolicyFactory()
        assert other.slug in address_of(Shown(text), other)

    def test_when_the_policy_changed(self) -> None:
        found = make.published()
        policy = found.policies.get()
        day = timezone.make_aware(datetime(2026, 4, 1, 9))
        for number in (1, 2, 3):
            Revision.objects.create(policy=policy, state="published", number=number, decided_at=day)
        Policy.objects.update(version=3)
        (about,) = Shown(with_all(Interpretation.objects.all()).get()).about
        assert (about.version, about.changed_on) == (1, day)
        Revision.objects.all().delete()
        (about,) = Shown(Interpretation.objects.get()).about
        assert about.changed_on == policy.changed_at  # versions that came with the first data have no day

    def test_a_policys_own_and_no_drafts(self) -> None:
        policy = PolicyFactory()
        old, new = make.published(policy=policy), make.published("picture", policy=policy)
        make.draft(policy=policy)
        make.published()
        summary = make.published("summary", policy=policy)
        assert list(of_policy(policy)) == [new, old]
        assert summary_of(policy) == summary
        assert summary_of(PolicyFactory()) is None

    def test_texts_of_many_policies_take_one_query(self, django_assert_num_queries: Any) -> None:
        found = [make.published() for _n in range(3)]
        workflow.withdraw(found[0], by=reviewer())
        pks = [each.policies.get().pk for each in found]
        with django_assert_num_queries(1):
            texts = texts_of(pks)
        assert set(texts) == set(pks[1:])
        assert texts_of([]) == {}

    def test_sides_say_what_is_missing_and_what_is_old(self) -> None:
        found = make.draft("picture", body_en="Only here")
        found = workflow.save(found, by=found.author, content={"alt_en": "Four boxes"}, seen=0)
        states = {side.column: side.state for pair in pairs_of(found) for side in pair.sides}
        assert states == {
            "title_zh_hans": "done",
            "title_en": "done",
            "body_zh_hans": "missing",
            "body_en": "done",
            "alt_zh_hans": "stale",
            "alt_en": "done",
            "description_zh_hans": "done",
            "description_en": "done",
        }
        alt = next(pair for pair in pairs_of(found) if pair.name == "alt").sides[0]
        assert alt.source_marks[0] == ("del", "Three")

    def test_sides_of_a_new_version_are_marked(self) -> None:
        old = make.published()
        draft = workflow.revise(old, by=translator())
        draft = workflow.save(draft, by=draft.author, content={"title_en": "Newly explained"}, seen=0)
        marked = {side.column for pair in pairs_of(draft, base=old.content) for side in pair.sides if side.changed}
        assert marked == {"title_en"}


@pytest.mark.django_db
class TestForms:
    @pytest.mark.parametrize("kind", KINDS)
    def test_each_kind_has_its_fields(self, kind: str) -> None:
        form = WritingForm(found=make.draft(kind))
        assert set(columns_of(kind)) | set(SLOTS[kind]) <= set(form.fields)
        assert (LINK in form.fields) is (kind == "video")
        assert ("add_policy" in form.fields) is (kind != "summary")

    def test_line_ends_are_those_that_are_stored(self) -> None:
        found = make.draft()
        form = WritingForm({"title_en": " two\r\nlines ", "body_en": "a\r\nb\rc"}, found=found)
        assert form.is_valid()
        assert (form.texts()["title_en"], form.texts()["body_en"]) == ("two lines", "a\nb\nc")

    def test_a_link_needs_https(self) -> None:
        found = make.draft("video")
        for address, good in (("http://a.example/", False), ("a.example/film", True), ("javascript:1", False)):
            assert WritingForm({LINK: address}, found=found).is_valid() is good

    def test_captions_too_large_are_not_even_read(self) -> None:
        file = make.SimpleUploadedFile("a.vtt", b"WEBVTT" + b" " * 900_000)
        with pytest.raises(ValidationError, match="at most 200,000"):
            CaptionsFile().clean(file)

    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_every_field_says_what_it_is_for(self, language: str) -> None:
        found = make.draft("video")
        with translation.override(language):
            for form in (BeginForm(), WithdrawForm(), WritingForm(found=found)):
                for bound in form:
                    assert bound.label
                    assert bound.label.isascii() is (language == "en"), bound.name


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "words"), [("en", "Interpretation to review"), ("zh-hans", "解读待审核")])
def test_officials_are_told_in_their_language(language: str, words: str) -> None:
    judge = reviewer(language=language)
    make.in_review()
    message = Message.objects.get(recipient=judge)
    assert words in message.subject
    assert "/review/" in message.url


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_proxies_let_a_video_through_and_other_uploads_only_as_large_as_before(name: str) -> None:
    limits = [int(each) for each in re.findall(r"(?:max_body_size|max_size) (\d+)[mM]", (DEPLOY / name).read_text())]
    mega = configured.VIDEO_MAX_BYTES // 2**20
    assert sorted(limits)[0] == 25
    assert sorted(limits)[-1] > mega
