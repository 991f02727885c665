"""Interpretations: from the draft to their withdrawal, by whom, and what stays of what was written."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from notices.models import Message
from policies.interpretation import files, rules, workflow
from policies.interpretation.content import gaps
from policies.interpretation.naming import title_of
from policies.interpretation.texts import texts_of
from policies.models import Interpretation, InterpretationFile, Policy
from policies.presenting import rows_of
from policies.search.queries import page_of, wanted_from
from portal.core.access import Refused
from portal.core.calendar import local_day
from tests.factories import interpretations as make
from tests.factories.accounts import UserFactory
from tests.factories.policies import PolicyFactory
from tests.factories.publishing import editor, reviewer, translator

pytestmark = pytest.mark.django_db
NO_CAPTIONS = {"captions_en": "", "captions_zh_hans": ""}


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def save(found: Interpretation, by: Any = None, seen: int | None = None, **content: str) -> Interpretation:
    seen = found.lock_version if seen is None else seen
    return workflow.save(found, by=by or found.author, content=content, seen=seen)


def acts(found: Interpretation) -> list[str]:
    return list(found.comments.values_list("act", flat=True))


def fresh(found: Interpretation) -> Interpretation:
    return Interpretation.objects.get(pk=found.pk)


class TestBeginning:
    @pytest.mark.parametrize("role", ["editor", "translator"])
    def test_by_those_who_write(self, role: str) -> None:
        policy = PolicyFactory(version=3)
        found = workflow.begin(by=UserFactory(roles=[role]), kind="text", policies=[policy], content={})
        assert (found.state, found.links.get().version, acts(found)) == ("draft", 3, ["created"])
        assert title_of(found) == f"On: {policy.title_en}"

    @pytest.mark.parametrize("roles", [[], ["reviewer"], ["admin"], ["steward"]])
    def test_by_nobody_else(self, roles: list[str]) -> None:
        with pytest.raises(Refused, match="write interpretations"):
            workflow.begin(by=UserFactory(roles=roles), kind="text", policies=[PolicyFactory()], content={})

    @pytest.mark.parametrize(
        ("kind", "content", "told"),
        [
            ("text", {"title_en": "x" * 201}, "Title \\(English\\): at most 200"),
            ("text", {"body_zh_hans": "长" * 20_001}, "at most 20,000"),
            ("video", {"captions_en": "WEBVTT\n\nwrong"}, "Captions \\(English\\): Line 3"),
            ("video", {"video_url": "http://video.example/1"}, "https://"),
            ("video", {"video_url": "javascript:alert(1)"}, "https://"),
            ("summary", {"who_en": "x" * 601}, "at most 600"),
        ],
    )
    def test_not_with_what_can_be_no_interpretation(self, kind: str, content: dict[str, str], told: str) -> None:
        with pytest.raises(Refused, match=told):
            workflow.begin(by=editor(), kind=kind, policies=[PolicyFactory()], content=content)
        assert not Interpretation.objects.exists()

    def test_only_of_published_policies_and_of_one_at_least(self) -> None:
        unpublished = Policy.objects.create(slug="draft", category="finance", support_type="subsidy")
        for policies, told in (([unpublished], "Only published"), ([], "which policy")):
            with pytest.raises(Refused, match=told):
                workflow.begin(by=editor(), kind="text", policies=policies, content={})
        two = [PolicyFactory(), PolicyFactory()]
        with pytest.raises(Refused, match="one policy only"):
            workflow.begin(by=editor(), kind="summary", policies=two, content={})
        assert workflow.begin(by=editor(), kind="text", policies=two, content={}).links.count() == 2


@pytest.mark.parametrize(
    ("kind", "slots", "change", "missing"),
    [
        ("text", set(), {}, []),
        ("text", set(), {"title_en": " "}, ["title_en"]),
        ("text", set(), {"body_zh_hans": "", "body_en": ""}, ["body_zh_hans", "body_en"]),
        ("picture", {"picture"}, {}, []),
        ("picture", {"picture_zh_hans", "picture_en"}, {}, []),
        ("picture", {"picture_zh_hans"}, {}, ["picture_en"]),
        ("picture", set(), {}, ["picture_zh_hans", "picture_en"]),
        ("picture", {"picture"}, {"alt_en": "", "body_en": "only"}, ["body_zh_hans", "alt_en"]),
        ("video", {"video", "poster"}, {}, []),
        ("video", {"video"}, {}, ["poster"]),
        ("video", {"video", "poster"}, {"captions_en": ""}, ["captions_en"]),
        (
            "video",
            {"video", "poster"},
            {"captions_en": "", "captions_zh_hans": ""},
            ["captions_zh_hans", "captions_en"],
        ),
        ("video", set(), {}, ["video"]),
        ("video", set(), {"video_url": "https://v.example/", **NO_CAPTIONS}, []),
        ("video", set(), {"video_url": "https://v.example/", "transcript_en": ""}, ["transcript_en"]),
        ("summary", set(), {"who_en": ""}, ["who_en"]),
        ("summary", set(), {"who_en": "", "who_zh_hans": ""}, ["summary"]),
    ],
)
def test_what_is_missing_in_which_kind(kind: str, slots: set[str], change: dict[str, str], missing: list[str]) -> None:
    if kind == "summary":
        change = {"who_en": "Small shops", **change}
    assert gaps(kind, {**make.CONTENT[kind], **change}, slots) == missing


class TestSaving:
    def test_keeps_what_changed_and_says_whose_it_was(self) -> None:
        found = make.draft()
        saved = save(found, translator(), title_en="Better")
        assert (saved.content["title_en"], saved.content["title_zh_hans"]) == ("Better", "解读")
        assert saved.lock_version == 1
        assert save(saved, saved.author, title_en="Better").lock_version == 1  # nothing changed
        assert acts(saved) == ["created", "saved", "saved"]

    def test_a_change_in_one_language_flags_the_other(self) -> None:
        found = save(make.draft(), title_zh_hans="新解读")
        assert found.stale == ["title_en"]
        kept = workflow.save(found, by=found.author, content={}, seen=1, confirmed=["title_en"])
        assert kept.stale == []

    def test_a_stale_translation_blocks_where_the_district_says_so(self, settings: Any) -> None:
        found = save(make.draft(), title_zh_hans="新解读")
        settings.POLICY_STALE_BLOCKS = True
        with pytest.raises(Refused, match="out of date: Title"):
            workflow.send_to_review(found, by=found.author)
        settings.POLICY_STALE_BLOCKS = False
        assert workflow.send_to_review(found, by=found.author).state == "in_review"

    def test_somebody_elses_words_are_not_written_over(self) -> None:
        found = make.draft()
        save(found, translator(name_en="He Lin"), title_en="Theirs")
        with pytest.raises(workflow.Overtaken, match="He Lin saved this draft") as overtaken:
            save(found, title_en="Mine")
        assert overtaken.value.current.content["title_en"] == "Theirs"
        assert workflow.content_at(found, 0)["title_en"] == "Explained"
        assert save(found, title_en="Theirs", seen=0).content["title_en"] == "Theirs"  # both wrote the same

    def test_a_number_that_moved_on_without_the_texts_is_nobodys_loss(self) -> None:
        found = make.in_review()
        workflow.take_back(found, by=found.author)
        assert save(found, seen=0, title_en="New").content["title_en"] == "New"

    def test_policies_are_added_and_dropped(self) -> None:
        found, other = make.draft(), PolicyFactory()
        first = found.links.get().policy_id
        workflow.save(found, by=found.author, content={}, seen=0, add=[other])
        workflow.save(found, by=found.author, content={}, seen=0, add=[other], drop=[first])
        assert [link.policy for link in found.links.all()] == [other]

    def test_not_while_it_is_reviewed_or_published(self) -> None:
        for found, told in ((make.in_review(), "being reviewed"), (make.published(), "already published")):
            with pytest.raises(Refused, match=told):
                save(found, title_en="x")


class TestFiles:
    def test_each_in_its_place_and_the_old_one_goes(
        self, tmp_path: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        found = make.draft("picture")
        old = found.files.get()
        with django_capture_on_commit_callbacks(execute=True):
            fresh_file = files.checked("picture", make.picture("b.png", (9, 9)))
            workflow.keep_files(found, {"picture": fresh_file}, by=found.author, known={"picture": str(old.key)})
        row = found.files.get()
        assert (row.name, row.width, row.height, row.uploaded_by) == ("b.png", 9, 9, found.author)
        assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [str(row.key)]

    def test_a_file_that_somebody_else_put_there_meanwhile_stays(self) -> None:
        found = make.draft("picture")
        taken = workflow.keep_files(
            found, {"picture": files.checked("picture", make.picture(size=(9, 9)))}, by=translator(), known={}
        )
        assert taken == ["picture"]
        assert found.files.get().uploaded_by == found.author

    def test_removed_once_however_often_it_is_asked(self) -> None:
        found = make.draft("picture")
        key = found.files.get().key
        for _n in range(2):
            workflow.drop_file(found, key, by=found.author)
        assert not found.files.exists()
        assert acts(found) == ["created", "saved"]

    def test_a_new_version_shares_them_until_the_last_one_goes(
        self, tmp_path: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        old = make.published("picture")
        draft = workflow.revise(old, by=editor())
        assert draft.files.get().file == old.files.get().file
        for rows, left in ((draft.files.all(), 1), (old.files.all(), 0)):
            with django_capture_on_commit_callbacks(execute=True):
                files.remove(rows)
            assert sum(path.is_file() for path in tmp_path.rglob("*")) == left

    @pytest.mark.parametrize(
        ("slot", "name", "content", "code"),
        [
            ("video", "a.mp4", b"MZ" + bytes(200), "not_video"),
            ("video", "a.png", make.picture().read(), "extension"),
            ("picture", "a.png", b"<svg onload=alert(1)>", "mismatch"),
            ("picture", "a.svg", b"<svg/>", "extension"),
            ("picture", "a.pdf", b"%PDF-1.7\n%%EOF", "extension"),
            ("poster", "a.mp4", make.mp4(), "extension"),
            ("picture", "a.png", make.picture(size=(12_001, 1)).read(), "pixels"),
        ],
    )
    def test_what_does_not_belong_there_is_refused(self, slot: str, name: str, content: bytes, code: str) -> None:
        with pytest.raises(ValidationError) as refused:
            files.checked(slot, SimpleUploadedFile(name, content))
        assert refused.value.code == code

    def test_a_video_has_a_limit_of_its_own(self, settings: Any) -> None:
        settings.VIDEO_MAX_BYTES = 100
        with pytest.raises(ValidationError, match="larger than"):
            files.checked("video", make.video())

    def test_drafts_files_are_for_officials_published_ones_for_everybody(self) -> None:
        draft, public = make.draft("picture"), make.published("picture")
        for roles, seen in ((["editor"], 2), (["admin"], 2), (["steward"], 1), ([], 1)):
            assert files.files_for(UserFactory(roles=roles)).count() == seen
        assert files.files_for(UserFactory(roles=[])).get().interpretation == public
        assert draft.files.exists()


class TestReview:
    def test_reviewers_hear_of_it_and_the_author_of_the_verdict(self) -> None:
        judge, found = reviewer(), make.draft()
        workflow.send_to_review(found, by=found.author)
        assert Message.objects.get(recipient=judge).subject == "Interpretation to review: Explained"
        workflow.send_back(found, by=judge, text=" Shorter, please. ")
        assert Message.objects.get(recipient=found.author).kind == "policy_returned"
        assert found.comments.get(act="returned").text == "Shorter, please."
        workflow.send_to_review(found, by=found.author)
        assert Message.objects.filter(recipient=judge).count() == 2

    def test_incomplete_it_is_not_sent(self) -> None:
        found = make.draft(title_en="")
        with pytest.raises(Refused, match="Still missing: Title \\(English\\)"):
            workflow.send_to_review(found, by=found.author)

    def test_returned_only_with_words(self) -> None:
        with pytest.raises(Refused, match="what should be changed"):
            workflow.send_back(make.in_review(), by=reviewer(), text="  ")

    def test_published_by_nobody_who_wrote_it(self) -> None:
        both = UserFactory(roles=["editor", "reviewer"])
        own, part = make.in_review(by=both), make.draft()
        save(part, both, title_en="Theirs")
        workflow.send_to_review(part, by=part.author)
        for found, told in ((own, "wrote this yourself"), (part, "wrote a part")):
            with pytest.raises(Refused, match=told):
                workflow.publish(found, by=both, seen=fresh(found).lock_version)
        with pytest.raises(Refused, match="Only policy reviewers"):
            workflow.publish(part, by=editor(), seen=2)
        with pytest.raises(IntegrityError, match="published_by_someone_else"), transaction.atomic():
            Interpretation.objects.filter(pk=own.pk).update(state="published", reviewer=both)

    def test_published_is_what_was_read(self) -> None:
        found = make.draft("picture")
        sent = workflow.send_to_review(found, by=found.author)
        workflow.take_back(found, by=found.author)
        workflow.drop_file(found, found.files.get().key, by=found.author)
        workflow.keep_files(found, {"picture": make.upload("picture")}, by=found.author, known={})
        workflow.send_to_review(found, by=found.author)
        with pytest.raises(Refused, match="changed since you opened"):
            workflow.publish(found, by=reviewer(), seen=sent.lock_version)

    def test_a_second_click_is_told_what_happened(self) -> None:
        judge = reviewer(name_en="Xu Ning")
        found = make.approved(make.draft(), judge)
        with pytest.raises(Refused, match="Xu Ning has already published it"):
            workflow.publish(found, by=judge, seen=found.lock_version)
        assert acts(found).count("published") == 1

    def test_a_discarded_draft_gives_its_files_up(self) -> None:
        found = make.draft("picture")
        with pytest.raises(Refused, match="Only the person who wrote it"):
            workflow.discard(found, by=translator())
        assert workflow.discard(found, by=found.author).state == "discarded"
        assert not InterpretationFile.objects.exists()


class TestPublished:
    def test_its_words_are_found_until_it_is_withdrawn(self) -> None:
        found = make.approved(make.draft(body_en="Remarkable zeppelins.", body_zh_hans="飞艇解读。"))
        policy = found.policies.get()

        assert texts_of([policy.pk])[policy.pk] == {
            "zh-hans": ["解读", "飞艇解读。"],
            "en": ["Explained", "Remarkable zeppelins."],
        }
        assert _hits("zeppelins") == _hits("飞艇") == [policy]
        workflow.withdraw(found, by=reviewer(), text="Wrong")
        assert texts_of([policy.pk]) == {}
        assert _hits("zeppelins") == []
        assert Message.objects.filter(recipient=found.author, kind="policy_withdrawn").get().body.endswith("Wrong")

    def test_drafts_are_not_found_and_captions_not_twice(self) -> None:
        policy = PolicyFactory()
        make.draft(policy=policy)
        make.published("video", policy=policy)
        assert texts_of([policy.pk])[policy.pk]["en"] == ["A film", "Hello"]

    def test_a_new_version_takes_its_place(self) -> None:
        old = make.published()
        draft = workflow.revise(old, by=translator())
        assert workflow.revise(old, by=editor()) == draft  # one at a time
        save(draft, title_en="Newer")
        make.approved(draft)
        assert (fresh(old).state, fresh(draft).state) == ("withdrawn", "published")

    def test_withdrawn_by_reviewers_only(self) -> None:
        with pytest.raises(Refused, match="Only policy reviewers withdraw"):
            workflow.withdraw(make.published(), by=editor())

    def test_a_policy_has_one_page_in_short(self) -> None:
        policy = PolicyFactory()
        first = make.published("summary", policy=policy)
        second = make.approved(make.draft("summary", policy=policy, who_en="Shops"))
        assert [fresh(first).state, fresh(second).state] == ["withdrawn", "published"]
        assert title_of(second) == f"In short: {policy.title_en}"


class TestStaleness:
    def change(self, found: Interpretation) -> None:
        found.policies.update(version=2, changed_at=timezone.now())

    def test_a_changed_policy_puts_it_on_the_list_until_somebody_confirms(self) -> None:
        found, writer = make.published(), editor()
        assert not Interpretation.objects.to_check().exists()
        self.change(found)
        assert Interpretation.objects.to_check().get() == found
        for by, told in ((writer, "Only policy reviewers"), (found.author, "Only policy reviewers")):
            with pytest.raises(Refused, match=told):
                workflow.confirm(found, by=by)
        workflow.confirm(found, by=reviewer())
        assert not Interpretation.objects.to_check().exists()
        assert acts(found)[-1] == "confirmed"
        with pytest.raises(Refused, match="already refers"):
            workflow.confirm(found, by=reviewer())

    def test_drafts_are_checked_by_whoever_writes_them(self) -> None:
        found = make.draft()
        self.change(found)
        save(found, title_en="x")
        assert found.links.get().version == 1
        workflow.save(found, by=found.author, content={}, seen=1, checked_again=True)
        assert found.links.get().version == 2


STATES = ("draft", "in_review", "returned", "published", "withdrawn", "discarded")
VERDICTS = {
    "may_write": {"draft", "returned"},
    "may_send": {"draft", "returned"},
    "may_take_back": {"in_review"},
    "may_discard": {"draft", "returned"},
    "may_revise": {"published"},
    "may_send_back": {"in_review"},
    "may_publish": {"in_review"},
    "may_withdraw": {"published"},
    "may_confirm": {"published"},
}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_state_and_every_verb(language: str) -> None:
    found, judge = make.draft(), reviewer()
    Policy.objects.update(version=2)
    found.reviewer = judge
    with translation.override(language):
        for state in STATES:
            found.state = state
            for name, states in VERDICTS.items():
                person = judge if name in list(VERDICTS)[5:] else found.author
                verdict = getattr(rules, name)(person, found)
                assert bool(verdict) is (state in states), (name, state)
                assert verdict or verdict.reason


ROLES = ("editor", "translator", "reviewer", "admin", "steward", "leader", "auditor")
MAY: dict[str, tuple[str, set[str]]] = {  # verb → state in which it is asked, who of those that did not write it
    "may_write": ("draft", {"editor", "translator"}),
    "may_send": ("draft", {"editor", "translator"}),
    "may_take_back": ("in_review", set()),
    "may_send_back": ("in_review", {"reviewer"}),
    "may_publish": ("in_review", {"reviewer"}),
    "may_discard": ("returned", {"reviewer"}),
    "may_withdraw": ("published", {"reviewer"}),
    "may_revise": ("published", {"editor", "translator"}),
    "may_confirm": ("published", {"reviewer"}),
}


def test_every_role_and_every_verb() -> None:
    found, people = make.draft(), {role: UserFactory(roles=[role]) for role in ROLES}
    Policy.objects.update(version=2)
    for name, (state, allowed) in MAY.items():
        found.state = state
        verdicts = {role: getattr(rules, name)(person, found) for role, person in people.items()}
        assert {role for role, verdict in verdicts.items() if verdict} == allowed, name
        assert all(verdict or str(verdict.reason).endswith(".") for verdict in verdicts.values())


def test_one_person_with_every_role_never_judges_own_words() -> None:
    everything = UserFactory(roles=["editor", "translator", "reviewer", "admin"])
    found = make.draft(by=everything)
    Policy.objects.update(version=2)
    for state, names in (("in_review", ("may_publish", "may_send_back")), ("published", ("may_confirm",))):
        found.state = state
        for name in names:
            assert not getattr(rules, name)(everything, found)
    found.state = "in_review"
    assert rules.may_take_back(everything, found)


def _hits(words: str) -> list[Policy]:
    page = page_of(wanted_from({"q": words}), local_day())
    return [row.policy for row in rows_of(page.rows, local_day(), words)]
