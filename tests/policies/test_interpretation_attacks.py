"""Interpretations under attack: other people's ids, forms nobody sent, second clicks, files that are something else."""

import re
import struct
import zlib
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from policies.interpretation import files, workflow
from policies.interpretation.checking import LONGEST
from policies.interpretation.forms import BeginForm, WritingForm
from policies.interpretation.pieces import MOST_POLICIES
from policies.models import Interpretation, InterpretedPolicy, Policy
from policies.presenting import rows_of
from policies.search.queries import page_of, wanted_from
from portal.core.access import Refused
from portal.core.calendar import local_day
from tests.factories import interpretations as make
from tests.factories.accounts import UserFactory
from tests.factories.policies import PolicyFactory
from tests.factories.publishing import editor, reviewer, translator
from tests.policies.test_interpretation_desk import fresh, posted, url, words

pytestmark = pytest.mark.django_db
ACTS = ("send", "take-back", "discard", "revise", "confirm")


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def bomb(width: int, height: int) -> SimpleUploadedFile:
    """A PNG of a few bytes that says it is so large."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(b"\0")), chunk(b"IEND", b"")
    return SimpleUploadedFile("bomb.png", b"\x89PNG\r\n\x1a\n" + b"".join(parts))


class TestStrangers:
    def test_every_act_of_everybody_who_has_no_business_there(self, as_user: Any) -> None:
        found = make.in_review("picture")
        addresses = [url("-act", found.pk, act) for act in ACTS] + [
            *(url(name, found.pk) for name in ("-edit", "-review", "-withdraw")),
            url("-drop-file", found.pk, found.files.get().key),
            url("-new"),
        ]
        for role in ("steward", ""):
            client = as_user(UserFactory(roles=[role] if role else []))
            assert {client.post(address).status_code for address in addresses} == {404}, role
        left = {Client().post(address).headers["Location"].split("?")[0] for address in addresses}
        assert left == {reverse("account_login")}
        assert (fresh(found).state, found.files.count()) == ("in_review", 1)

    def test_numbers_that_are_nobodys(self, as_user: Any) -> None:
        client, policy = as_user(editor()), PolicyFactory()
        for pk in (0, 10**30):  # none, and more than the database counts
            addresses = [url("-edit", pk), url("-review", pk), reverse("policies:captions", args=[pk, "en"])]
            addresses.append(reverse("policies:interpretation", args=[policy.slug, pk]))
            assert {client.get(each).status_code for each in addresses} == {404}
            assert client.post(url("-drop-file", pk, uuid4())).status_code == 404

    def test_odd_questions_are_answered(self, as_user: Any) -> None:
        client, public = as_user(editor()), reverse("policies:interpretations")
        for address, query, status in (
            (url("s"), {"policy": "'; --", "show": "x" * 5_000}, 200),
            (url("s"), {"policy": "长" * 2_000}, 200),
            (url("s"), {"policy": "\x00"}, 400),
            (url("s"), {"cursor": "x" * 5_000}, 200),
            (public, {"kind": "' or 1=1", "cursor": "☃"}, 200),
            (url("-new"), {"kind": "song", "policy": "<script>" * 100}, 200),
        ):
            response = client.get(address, query)
            assert (query, response.status_code) == (query, status)
            assert b"<script>" not in response.content

    def test_somebody_elses_file_is_not_dropped_under_ones_own_draft(self, as_user: Any) -> None:
        own, other = make.draft("picture"), make.published("picture")
        key = other.files.get().key
        as_user(own.author).post(url("-drop-file", own.pk, key))
        assert (own.files.count(), other.files.count()) == (1, 1)
        with pytest.raises(Refused, match="already published"):
            workflow.drop_file(other, key, by=other.author)

    def test_files_change_only_while_it_is_written(self, as_user: Any) -> None:
        found = make.in_review("picture")
        key = found.files.get().key
        client = as_user(found.author)
        assert "It is being reviewed." in words(client.post(url("-drop-file", found.pk, key), follow=True))
        page = client.post(url("-edit", found.pk), posted(found, picture=make.picture("b.png", (9, 9))), follow=True)
        assert "It is being reviewed." in words(page)
        assert found.files.get().key == key


class TestPolicies:
    """An interpretation of nothing has no address and no name: it never comes to that."""

    @pytest.mark.parametrize("kind", ["text", "summary"])
    def test_the_last_policy_stays(self, as_user: Any, kind: str) -> None:
        found = make.draft(kind)
        pk = found.policies.get().pk
        client = as_user(found.author)
        page = client.post(url("-edit", found.pk), posted(found, drop=[pk]))
        assert "Say which policy it explains." in words(page)
        assert found.policies.get().pk == pk
        assert client.get(url("-edit", found.pk)).status_code == 200

    def test_nor_do_both_go_at_once(self) -> None:
        found, other = make.draft(), PolicyFactory()
        first = found.policies.get()
        workflow.save(found, by=found.author, content={}, seen=0, add=[other])
        with pytest.raises(Refused, match="which policy"):
            workflow.save(found, by=found.author, content={"title_en": "x"}, seen=0, drop=[first.pk, other.pk])
        assert found.links.count() == 2
        assert fresh(found).content["title_en"] == "Explained"  # all of it or nothing

    def test_one_goes_as_another_comes(self) -> None:
        found, other = make.draft("summary"), PolicyFactory()
        old = found.policies.get().pk
        workflow.save(found, by=found.author, content={}, seen=0, add=[], drop=[other.pk, 10**17])
        assert found.policies.get().pk == old
        with pytest.raises(Refused, match="one policy only"):
            workflow.save(found, by=found.author, content={}, seen=0, add=[other])

    def test_as_many_as_there_may_be_and_no_more(self) -> None:
        found = make.draft()
        more = PolicyFactory.create_batch(MOST_POLICIES - 1)
        InterpretedPolicy.objects.bulk_create(
            InterpretedPolicy(interpretation=found, policy=each, version=1) for each in more
        )
        workflow.save(found, by=found.author, content={}, seen=0, add=[more[0]])  # known already
        with pytest.raises(Refused, match="at most 20 policies"):
            workflow.save(found, by=found.author, content={}, seen=0, add=[PolicyFactory()])

    def test_odd_names_of_a_policy(self) -> None:
        policy = PolicyFactory(title_en="One & only")
        for named in ("", "   ", "no such", "%", "_", "\\", "'", "x" * 301, "\x00", "😀", "{{ 1 }}"):
            form = BeginForm({"kind": "text", "policy": named})
            assert list(form.errors) == ["policy"], named
        for named in (policy.slug, f"  {policy.title_en} ", policy.title_zh_hans):
            assert BeginForm({"kind": "text", "policy": named}).is_valid(), named


class TestNothingTypedIsLost:
    def test_ticks_stay_where_the_form_comes_back(self, as_user: Any) -> None:
        found, other = make.draft(), PolicyFactory()
        workflow.save(found, by=found.author, content={}, seen=0, add=[other])
        Policy.objects.filter(pk=other.pk).update(version=2)
        client = as_user(found.author)
        ticks = {"drop": [other.pk], "checked_again": "1"}
        sent = posted(found, title_en="x" * 201, **ticks)
        for _n in range(2):  # refused by the form; then overtaken
            page = words(client.post(url("-edit", found.pk), sent))
            assert f'name="drop" value="{other.pk}" checked>' in page
            assert 'name="checked_again" value="1" checked>' in page
            sent = posted(found, title_en="Mine", **ticks)
            workflow.save(found, by=translator(), content={"title_en": "Theirs"}, seen=0)
        assert found.policies.count() == 2
        assert f'name="drop" value="{other.pk}">' in words(client.get(url("-edit", found.pk)))

    def test_files_that_are_kept_are_shown_where_the_texts_are_refused(self, as_user: Any) -> None:
        """Else the next try would be told that somebody else had put another file there."""
        found = make.draft("picture")
        old = found.files.get().key
        sent = posted(found, picture=make.picture("mine.png", (9, 9)), drop=[found.policies.get().pk])
        page = words(as_user(found.author).post(url("-edit", found.pk), sent))
        row = found.files.get()
        assert row.name == "mine.png"
        assert f'name="known_picture" value="{row.key}"' in page
        assert str(old) not in page

    @pytest.mark.parametrize("name", ["captions_file_en", "captions_en"])
    def test_captions_with_what_no_database_keeps(self, as_user: Any, name: str) -> None:
        found = make.draft("video")
        text = make.VTT.format("a\x00b")
        sent = SimpleUploadedFile("a.vtt", text.encode()) if "file" in name else text
        response = as_user(found.author).post(url("-edit", found.pk), posted(found, **{name: sent}))
        assert response.status_code == (302 if "file" in name else 200)
        kept = fresh(found).content["captions_en"]
        assert kept == make.VTT.format("a\ufffdb" if "file" in name else "Hello")

    def test_transcripts_longer_than_they_may_be(self, as_user: Any) -> None:
        found = make.draft("video", transcript_en="")
        long = make.VTT.format("x" * (LONGEST["transcript"] + 1))
        sent = posted(found, captions_en=long, transcribe="1", title_en="Kept")
        page = words(as_user(found.author).post(url("-edit", found.pk), sent))
        assert "Transcript (English): at most 60,000 characters." in page
        assert "Kept" in page
        assert fresh(found).content["transcript_en"] == ""


class TestSecondClicks:
    def test_the_same_file_sent_twice_is_nobody_elses(self, as_user: Any) -> None:
        found = make.draft("picture")
        workflow.drop_file(found, found.files.get().key, by=found.author)
        client = as_user(found.author)
        for _n in range(2):
            sent = posted(found, picture=make.picture("b.png", (9, 9))) | {"known_picture": ""}
            page = words(client.post(url("-edit", found.pk), sent, follow=True))
            assert "Somebody else" not in page
        assert found.files.get().name == "b.png"

    def test_a_place_that_was_emptied_meanwhile_takes_the_new_one(self) -> None:
        found = make.draft("picture")
        key = str(found.files.get().key)
        workflow.drop_file(found, key, by=translator())
        taken = workflow.keep_files(found, {"picture": make.upload("picture")}, by=found.author, known={"picture": key})
        assert (taken, found.files.count()) == ([], 1)

    @pytest.mark.parametrize(
        ("state", "act", "after"),
        [("draft", "send", "in_review"), ("in_review", "take-back", "draft"), ("draft", "discard", "discarded")],
    )
    def test_each_act_happens_once(self, as_user: Any, state: str, act: str, after: str) -> None:
        found = make.in_review() if state == "in_review" else make.draft()
        client = as_user(found.author)
        counts = []
        for _n in range(2):
            assert client.post(url("-act", found.pk, act)).status_code == 302
            counts.append(found.comments.count())
        assert fresh(found).state == after
        assert counts[0] == counts[1]

    def test_a_new_version_is_begun_once_even_by_two(self, as_user: Any) -> None:
        found = make.published()
        places = {
            as_user(who).post(url("-act", found.pk, "revise")).headers["Location"] for who in (editor(), editor())
        }
        assert places == {url("-edit", found.successors.get().pk)}

    def test_two_reviewers_at_once(self, as_user: Any) -> None:
        found, first, second = make.in_review(), reviewer(name_en="Xu Ning"), reviewer()
        seen = {"lock_version": found.lock_version}
        as_user(first).post(url("-review", found.pk), {"return": "1", "text": "Shorter", **seen})
        client = as_user(second)
        assert "Xu Ning has returned it" in words(client.post(url("-review", found.pk), {"publish": "1", **seen}))
        page = words(client.post(url("-review", found.pk), {"return": "1", "text": "Longer,\nplease", **seen}))
        assert "Xu Ning has returned it" in page
        assert re.search(r"What you wrote was not sent.*Longer,.*please", page, re.DOTALL)
        assert fresh(found).state == "returned"
        assert list(found.comments.filter(act="returned").values_list("text", flat=True)) == ["Shorter"]

    def test_a_number_that_no_page_sent_decides_nothing(self, as_user: Any) -> None:
        found, client = make.in_review(), as_user(reviewer())
        for seen in ("", "x", "-1", "1e3", "9" * 10, "٣" * 10):
            response = client.post(url("-review", found.pk), {"publish": "1", "lock_version": seen})
            assert (seen, response.status_code) == (seen, 404)
        assert fresh(found).state == "in_review"

    def test_a_comment_that_no_database_keeps(self, as_user: Any) -> None:
        found = make.in_review()
        data = {"return": "1", "text": "a\x00b", "lock_version": found.lock_version}
        assert as_user(reviewer()).post(url("-review", found.pk), data).status_code == 400


class TestFilesThatAreSomethingElse:
    @pytest.mark.parametrize(
        ("slot", "file", "told"),
        [
            ("video", SimpleUploadedFile("setup.mp4", b"MZ\x90\0" + bytes(300)), "This file is no video"),
            ("video", SimpleUploadedFile("setup.mp4.exe", make.mp4()), "A video is an MP4 or a WebM file."),
            ("video", SimpleUploadedFile("a.webm", make.mp4()), "This file is no video"),
            ("video", SimpleUploadedFile("a.mp4", b""), "The submitted file is empty."),
            ("poster", bomb(60_000, 60_000), "more than 40 million pixels"),
            ("poster", bomb(13_000, 100), "The picture is too long or too wide"),
            ("poster", SimpleUploadedFile("a.png", make.picture().read()[:40]), "does not match its extension"),
            ("poster", SimpleUploadedFile("a.png", b"<svg xmlns='x' onload='alert(1)'/>"), "does not match"),
            ("poster", SimpleUploadedFile("a.jpg", make.picture().read()), "does not match its extension"),
            ("poster", SimpleUploadedFile("a.gif", b"GIF89a"), "Files of this type are not accepted."),
            ("poster", SimpleUploadedFile("a.txt", b"words"), "A picture is a PNG, JPEG or WebP file."),
        ],
        ids=range(11),
    )
    def test_is_told_and_nothing_is_kept(self, slot: str, file: Any, told: str) -> None:
        file.seek(0)
        found = Interpretation(kind="video", content={})
        form = WritingForm({}, {slot: file}, found=found)
        assert told in str(form.errors.get(slot, ""))
        assert form.uploads() == {}

    @pytest.mark.parametrize("method", ["get", "head"])
    def test_what_is_given_out_is_never_a_page(self, client: Client, method: str) -> None:
        found = make.published("video")
        for row in found.files.all():
            response = getattr(client, method)(reverse("policies:interpretation-file", args=[row.key]))
            assert response.headers["Content-Type"] in {"video/mp4", "image/png"}
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Content-Length"] == str(row.size)

    def test_a_range_behind_the_end_of_a_drafts_file_tells_strangers_nothing(
        self, client: Client, as_user: Any
    ) -> None:
        found = make.draft("video")
        address = reverse("policies:interpretation-file", args=[found.files.get(slot="video").key])
        asked = {"headers": {"Range": "bytes=99999999-"}}
        assert client.get(address, **asked).status_code == 404
        assert as_user(editor()).get(address, **asked).status_code == 416
        assert client.post(address).status_code == 405

    def test_discarded_and_replaced_ones_keep_no_door_open(self, client: Client) -> None:
        old = make.published("picture")
        draft = workflow.revise(old, by=editor())
        keys = {state: each.files.get().key for state, each in (("old", old), ("new", draft))}
        make.approved(draft)
        answers = {
            state: client.get(reverse("policies:interpretation-file", args=[key])).status_code
            for state, key in keys.items()
        }
        assert answers == {"old": 404, "new": 200}
        assert files.files_for(UserFactory(roles=[])).get().key == keys["new"]


class TestInTheSearch:
    def hits(self, text: str) -> list[Policy]:
        return [row.policy for row in rows_of(page_of(wanted_from({"q": text}), local_day()).rows, local_day(), text)]

    def test_what_was_replaced_is_found_no_more_and_what_replaced_it_is(self) -> None:
        old = make.approved(make.draft(body_en="About zeppelins.", body_zh_hans="旧。"))
        policy = old.policies.get()
        draft = workflow.revise(old, by=translator())
        draft = workflow.save(draft, by=draft.author, content={"body_en": "About gyroscopes."}, seen=0)
        assert (self.hits("zeppelins"), self.hits("gyroscopes")) == ([policy], [])
        make.approved(draft)
        assert (self.hits("zeppelins"), self.hits("gyroscopes")) == ([], [policy])

    def test_a_policy_that_is_no_longer_explained_is_not_found_by_it(self) -> None:
        old = make.approved(make.draft(body_en="About zeppelins.", body_zh_hans="旧。"))
        before, after = old.policies.get(), PolicyFactory()
        draft = workflow.revise(old, by=translator())
        workflow.save(draft, by=draft.author, content={}, seen=0, add=[after], drop=[before.pk])
        make.approved(draft)
        assert self.hits("zeppelins") == [after]


@pytest.mark.parametrize(("kind", "language"), [("text", "en"), ("picture", "en"), ("video", "zh-hans")])
def test_hostile_texts_stay_texts_wherever_they_are_read(client: Client, kind: str, language: str) -> None:
    hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7|add:7 }}'
    texts = {name: hostile for name in make.CONTENT[kind] if not name.startswith("captions")}
    found = make.published(kind, **texts)
    policy = found.policies.get()
    with translation.override(language):
        pages = [reverse("policies:interpretation", args=[policy.slug, found.pk])]
        if kind == "text":
            pages += [reverse("policies:interpretations"), reverse("policies:detail", args=[policy.slug])]
    for page in pages:
        html = client.get(page).content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert hostile in unescape(html)
