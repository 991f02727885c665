"""Interpretations at the publishing desk: writing, uploading, being overtaken, reviewing."""

import re
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from policies.interpretation import workflow
from policies.models import Interpretation, Policy
from portal.core.access import Refused
from tests.factories import interpretations as make
from tests.factories.accounts import UserFactory
from tests.factories.policies import PolicyFactory
from tests.factories.publishing import editor, reviewer, translator

pytestmark = pytest.mark.django_db
HOSTILE = ["<script>alert(1)</script>", "\u202eABC\u202c 😀", "{{ 7|add:7 }} %(name)s", "'\"><img src=x onerror=1>"]


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def url(name: str, *args: Any) -> str:
    return reverse(f"publishing:interpretation{name}", args=args)


def words(response: Any) -> str:
    return unescape(response.content.decode())


def posted(found: Interpretation, **data: Any) -> dict[str, Any]:
    """What the form sends when nothing but `data` was changed."""
    known = {f"known_{row.slot}": str(row.key) for row in found.files.all()}
    content = {name: text for name, text in found.content.items() if isinstance(text, str)}
    return {"save": "1", "lock_version": str(found.lock_version), **known, **content, **data}


def fresh(found: Interpretation) -> Interpretation:
    return Interpretation.objects.get(pk=found.pk)


class TestBeginning:
    def test_from_a_policy_to_a_draft(self, as_user: Any) -> None:
        policy, client = PolicyFactory(), as_user(translator())
        page = words(client.get(url("-new"), {"policy": policy.slug}))
        assert f'value="{policy.slug}"' in page
        response = client.post(url("-new"), {"kind": "video", "policy": policy.title_zh_hans})
        found = Interpretation.objects.get()
        assert response.headers["Location"] == url("-edit", found.pk)
        assert (found.kind, found.policies.get()) == ("video", policy)

    @pytest.mark.parametrize(
        ("data", "told"),
        [
            ({"kind": "text", "policy": "nothing"}, "No published policy is called that."),
            ({"kind": "text", "policy": "Fictional"}, "Several policies fit."),
            ({"kind": "song", "policy": "Fictional"}, "song is not one of the available choices"),
        ],
    )
    def test_or_told_why_not(self, as_user: Any, data: dict[str, str], told: str) -> None:
        PolicyFactory.create_batch(2)
        assert told in words(as_user(editor()).post(url("-new"), data))
        assert not Interpretation.objects.exists()


class TestWriting:
    def test_texts_are_saved_and_shown_as_they_were_typed(self, as_user: Any) -> None:
        found, typed = make.draft(), " ".join(HOSTILE)
        client = as_user(found.author)
        response = client.post(url("-edit", found.pk), posted(found, body_en=typed, title_en=typed))
        assert response.status_code == 302
        for name in ("-edit", "-review"):
            page = client.get(url(name, found.pk)).content.decode()
            assert typed in unescape(page)
            assert "<script>alert" not in page
            assert "<img src=x" not in page

    def test_too_long_a_text_is_given_back_whole(self, as_user: Any) -> None:
        found, typed = make.draft(), "长" * 20_001
        response = as_user(found.author).post(url("-edit", found.pk), posted(found, body_en=typed))
        assert response.status_code == 200
        assert typed in words(response)
        assert fresh(found).lock_version == 0

    def test_sent_to_review_where_nothing_is_missing(self, as_user: Any) -> None:
        found = make.draft(title_en="")
        client = as_user(found.author)
        page = client.post(url("-edit", found.pk), posted(found, send="1"), follow=True)
        assert "was not sent. Still missing: Title (English)" in words(page)
        client.post(url("-edit", found.pk), posted(fresh(found), send="1", title_en="Explained"))
        assert fresh(found).state == "in_review"

    @pytest.mark.parametrize("people", ["steward", "leader"])
    def test_nobody_else_finds_it(self, as_user: Any, people: str) -> None:
        found, client = make.draft(), as_user(UserFactory(roles=[people]))
        for address in (url("-edit", found.pk), url("-review", found.pk), url("s"), url("-new")):
            assert client.get(address).status_code == 404

    def test_readers_are_led_to_the_page_that_shows_it(self, as_user: Any) -> None:
        found = make.draft()
        for person in (reviewer(), UserFactory(roles=["admin"])):
            response = as_user(person).post(url("-edit", found.pk), posted(found, title_en="x"))
            assert response.headers["Location"] == url("-review", found.pk)
        assert fresh(found).content["title_en"] == "Explained"

    def test_a_number_that_no_page_sent(self, as_user: Any) -> None:
        found = make.draft()
        client = as_user(found.author)
        for seen in ("", "x", "-1", "1" * 10):
            sent = posted(found, title_en="x") | {"lock_version": seen}
            assert (seen, client.post(url("-edit", found.pk), sent).status_code) == (seen, 404)
        assert fresh(found).content["title_en"] == "Explained"

    def test_policies_are_added_dropped_and_checked(self, as_user: Any) -> None:
        found, other = make.draft(), PolicyFactory(version=4)
        first = found.policies.get()
        Policy.objects.filter(pk=first.pk).update(version=2)
        client = as_user(found.author)
        assert "I have checked it against the policy" in words(client.get(url("-edit", found.pk)))
        client.post(url("-edit", found.pk), posted(found, add_policy=other.slug, checked_again="1"))
        assert dict(found.links.values_list("policy", "version")) == {first.pk: 2, other.pk: 4}
        client.post(url("-edit", found.pk), posted(found, drop=[first.pk, "x", "9" * 30]))
        assert found.policies.get() == other


class TestOvertaken:
    def test_the_second_one_sees_the_difference_and_loses_nothing(self, as_user: Any) -> None:
        found = make.draft()
        mine = posted(
            found, title_en="Mine and new", body_en="My body", add_policy=PolicyFactory(slug="also-this").slug
        )
        workflow.save(
            found,
            by=translator(name_en="He Lin"),
            content={"title_en": "Theirs and new", "title_zh_hans": "他们的"},
            seen=0,
        )
        client = as_user(found.author)
        response = client.post(url("-edit", found.pk), mine)
        page = words(response)
        assert response.status_code == 409
        assert "He Lin saved this draft after you had opened it." in page
        assert re.search(r"<del>.*?Theirs.*?</del><ins>.*?Mine.*?</ins> and new", page)
        assert "because you had not changed it: Title (Chinese)" in page
        assert 'name="add_policy" value="also-this"' in page
        form = dict(re.findall(r'<textarea name="(\w+)"[^>]*>\s*([^<]*)</textarea>', page))
        assert (form["title_en"], form["title_zh_hans"], form["body_en"]) == ("Mine and new", "他们的", "My body")
        assert fresh(found).content["title_en"] == "Theirs and new"
        seen = re.search(r'name="lock_version" value="(\d+)"', page)
        assert seen
        client.post(url("-edit", found.pk), posted(found, **form) | {"lock_version": seen[1]})
        assert fresh(found).content["title_en"] == "Mine and new"

    def test_files_are_kept_even_then(self, as_user: Any) -> None:
        found = make.draft("picture")
        sent = posted(found, title_en="Mine", picture_en=make.picture("mine.png"))
        workflow.save(found, by=translator(), content={"title_en": "Theirs"}, seen=0)
        assert as_user(found.author).post(url("-edit", found.pk), sent).status_code == 409
        assert found.files.get(slot="picture_en").name == "mine.png"

    def test_a_file_of_somebody_else_is_not_replaced_unseen(self, as_user: Any) -> None:
        found = make.draft("picture")
        sent = posted(found, picture=make.picture("mine.png", (9, 9))) | {"known_picture": ""}
        page = as_user(translator()).post(url("-edit", found.pk), sent, follow=True)
        assert "Somebody else has put another file here: Picture for both languages." in words(page)
        assert found.files.get().name == "a.png"


class TestFilesAndCaptions:
    def test_uploaded_shown_and_removed(self, as_user: Any) -> None:
        found = make.draft("video")
        client = as_user(found.author)
        sent = posted(found, video=make.video(name="new film.mp4"))
        page = words(client.post(url("-edit", found.pk), sent, follow=True))
        assert "new film.mp4" in page
        row = found.files.get(slot="video")
        client.post(url("-drop-file", found.pk, row.key))
        assert list(found.files.values_list("slot", flat=True)) == ["poster"]

    @pytest.mark.parametrize(
        ("field", "file", "told"),
        [
            ("video", make.video(b"<html>"), "This file is no video, whatever its name says"),
            ("video", make.video(make.mp4(b"hvc1")), "Not every browser plays this kind of video (hvc1)"),
            ("poster", SimpleUploadedFile("a.png", b"GIF89a"), "does not match its extension"),
            ("captions_file_en", SimpleUploadedFile("a.vtt", b"WEBVTT\n\nwrong"), "Line 3: a caption needs its times"),
            ("captions_file_en", SimpleUploadedFile("a.vtt", b"\xff\xfe\x81"), "This is no text file."),
        ],
        ids=["html", "codec", "picture", "captions", "binary"],
    )
    def test_what_they_are_not_is_said(self, as_user: Any, field: str, file: Any, told: str) -> None:
        found = make.draft("video")
        file.seek(0)
        response = as_user(found.author).post(url("-edit", found.pk), posted(found, title_en="Kept", **{field: file}))
        assert response.status_code == 200
        assert told in words(response)
        assert "Please choose your files again" in words(response)
        assert ">\nKept</textarea>" in response.content.decode()
        assert fresh(found).content["title_en"] == "A film"

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
    def test_captions_come_from_a_file(self, as_user: Any, encoding: str) -> None:
        found = make.draft("video")
        text = "WEBVTT\n\n1\n00:01.000 --> 00:02.000\n<b>虹口</b>\n"
        file = SimpleUploadedFile("zh.vtt", text.encode(encoding))
        as_user(found.author).post(url("-edit", found.pk), posted(found, captions_file_zh_hans=file))
        assert fresh(found).content["captions_zh_hans"] == "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n虹口\n"

    def test_wrong_captions_name_their_line(self, as_user: Any) -> None:
        found = make.draft("video")
        typed = "WEBVTT\n\n00:02.000 --> 00:01.000\nx"
        page = words(as_user(found.author).post(url("-edit", found.pk), posted(found, captions_en=typed)))
        assert "Line 3: this caption ends before it begins." in page
        assert typed in page

    def test_only_empty_transcripts_are_made_from_captions(self, as_user: Any) -> None:
        found = make.draft("video", transcript_en="Written by hand")
        sent = posted(found, transcribe="1", transcript_zh_hans="")
        as_user(found.author).post(url("-edit", found.pk), sent)
        content = fresh(found).content
        assert (content["transcript_zh_hans"], content["transcript_en"]) == ("你好", "Written by hand")


class TestReviewing:
    def test_read_in_both_languages_and_published(self, as_user: Any) -> None:
        found = make.in_review("video")
        client = as_user(reviewer())
        page = words(client.get(url("-review", found.pk)))
        assert page.count("<video") == 2
        assert "Publish now" in page
        done = client.post(url("-review", found.pk), {"publish": "1", "lock_version": found.lock_version}, follow=True)
        assert "Published. Everybody can read it now." in words(done)
        assert fresh(found).state == "published"

    def test_returned_with_words_that_the_author_reads(self, as_user: Any) -> None:
        found = make.in_review()
        data = {"return": "1", "lock_version": found.lock_version, "text": "Shorter <b>please</b>"}
        as_user(reviewer()).post(url("-review", found.pk), data)
        page = as_user(found.author).get(url("-edit", found.pk)).content.decode()
        assert "Shorter &lt;b&gt;please&lt;/b&gt;" in page

    @pytest.mark.parametrize(
        ("data", "told"),
        [
            ({"return": "1"}, "Say what should be changed."),
            ({"publish": "1", "text": "Why?"}, "You have written comments."),
            ({"publish": "1", "lock_version": "0"}, "The text has changed since you opened this page."),
            ({"return": "1", "text": "x" * 2001}, "at most 2,000 characters"),
        ],
    )
    def test_refused_with_what_was_typed_still_there(self, as_user: Any, data: dict[str, str], told: str) -> None:
        found = make.in_review()
        sent = {"lock_version": str(found.lock_version), **data}
        page = words(as_user(reviewer()).post(url("-review", found.pk), sent))
        assert told in page
        assert data.get("text", "") in page
        assert fresh(found).state == "in_review"

    def test_a_post_without_a_button_is_nothing(self, as_user: Any) -> None:
        found = make.in_review()
        assert as_user(reviewer()).post(url("-review", found.pk), {"lock_version": "1"}).status_code == 404

    def test_authors_are_told_why_they_cannot(self, as_user: Any) -> None:
        found = make.in_review()
        page = words(as_user(found.author).get(url("-review", found.pk)))
        assert "Only policy reviewers publish." in page
        assert "Take back from review" in page


class TestActs:
    def test_all_the_way_and_back(self, as_user: Any) -> None:
        found, judge = make.draft(), reviewer()
        writer, reader = as_user(found.author), as_user(judge)
        for client, act, state in (
            (writer, "send", "in_review"),
            (writer, "take-back", "draft"),
            (reader, "take-back", "draft"),  # told why not
            (writer, "discard", "discarded"),
        ):
            assert client.post(url("-act", found.pk, act)).status_code == 302
            assert fresh(found).state == state

    def test_a_new_version_and_a_withdrawal(self, as_user: Any) -> None:
        found = make.published("picture")
        response = as_user(translator()).post(url("-act", found.pk, "revise"))
        draft = found.successors.get()
        assert response.headers["Location"] == url("-edit", draft.pk)
        client = as_user(reviewer())
        assert "A newer version of it" in words(client.get(url("-review", found.pk)))
        client.post(url("-withdraw", found.pk), {"text": "x" * 2001})
        assert fresh(found).state == "published"
        page = words(client.post(url("-withdraw", found.pk), {"text": "Out of date"}, follow=True))
        assert "Out of date" in page
        assert fresh(found).state == "withdrawn"

    def test_what_is_no_act(self, as_user: Any) -> None:
        found, client = make.draft(), as_user(editor())
        assert client.post(url("-act", found.pk, "publish")).status_code == 404
        assert client.post(url("-act", 10**9, "send")).status_code == 404
        assert client.get(url("-act", found.pk, "send")).status_code == 405


class TestLists:
    def test_each_where_it_belongs_and_outdated_ones_to_be_checked(self, as_user: Any) -> None:
        make.draft(title_en="A draft")
        make.in_review(title_en="In the middle")
        found = make.published(title_en="Outdated")
        found.policies.update(version=2)
        client = as_user(reviewer())
        shown = {tab: words(client.get(url("s"), {"show": tab})) for tab in ("drafts", "review", "check", "published")}
        for tab, title in (("drafts", "A draft"), ("review", "In the middle"), ("check", "Outdated")):
            assert [name for name in shown if title in shown[name]] == ([tab, "published"] if tab == "check" else [tab])
        assert "Refers to version 1; the policy was changed on" in shown["check"]
        assert "It still holds" in words(client.get(url("-review", found.pk)))
        client.post(url("-act", found.pk, "confirm"))
        assert "Outdated" not in words(client.get(url("s"), {"show": "check"}))

    def test_of_one_policy(self, as_user: Any) -> None:
        found, other = make.published(title_en="Ours"), make.published(title_en="Another")
        page = words(as_user(editor()).get(url("s"), {"show": "published", "policy": found.policies.get().slug}))
        assert "Ours" in page
        assert "Another" not in page
        assert other.state == "published"

    def test_the_policys_own_page_at_the_desk_leads_here(self, as_user: Any) -> None:
        policy = PolicyFactory()
        page = words(as_user(editor()).get(reverse("publishing:validity", args=[policy.slug])))
        assert f"{url('s')}?policy={policy.slug}" in page


def test_refusals_reach_the_person(as_user: Any) -> None:
    found = make.draft("summary", who_en="")
    page = words(as_user(found.author).post(url("-act", found.pk, "send"), follow=True))
    assert "Still missing: Who (English)" in page
    with pytest.raises(Refused):
        workflow.send_to_review(found, by=found.author)


class TestInChinese:
    """Every page of the desk in the other language, in each state that it has."""

    def page(self, client: Any, name: str, *args: Any, **query: str) -> str:
        with translation.override("zh-hans"):
            return words(client.get(url(name, *args), query))

    def test_the_lists(self, as_user: Any) -> None:
        found = make.published()
        found.policies.update(version=2)
        client = as_user(reviewer())
        for tab, said in (
            ("drafts", "此列表为空"),
            ("check", "对应第1版；政策已于"),
            ("published", "已发布"),
            ("nonsense", "审核中"),  # where a reviewer's own work lies
        ):
            assert said in self.page(client, "s", show=tab), tab

    @pytest.mark.parametrize(
        ("kind", "said"),
        [
            ("text", "HTML代码将原样显示"),
            ("picture", "图片（中英文通用）"),
            ("video", "保存，并由字幕生成空缺的文字稿"),
            ("summary", "留空的栏目显示政策原有信息"),
        ],
    )
    def test_writing(self, as_user: Any, kind: str, said: str) -> None:
        found = make.draft(kind)
        page = self.page(as_user(found.author), "-edit", found.pk)
        assert said in page
        assert "保存并送审" in page

    def test_reviewing_and_what_came_of_it(self, as_user: Any) -> None:
        found = make.in_review("picture")
        client = as_user(reviewer())
        page = self.page(client, "-review", found.pk)
        assert "读者看到的样子" in page
        assert page.count("<figure") == 2
        assert 'lang="en"' in page
        workflow.send_back(found, by=reviewer(name_zh="许宁"), text="请简短些")
        page = self.page(as_user(found.author), "-edit", found.pk)
        assert "许宁" in page
        assert "请简短些" in page

    def test_refusals(self, as_user: Any) -> None:
        found = make.draft(title_en="")
        with translation.override("zh-hans"):
            page = words(as_user(found.author).post(url("-act", found.pk, "send"), follow=True))
        assert "标题（英文）" in page

    def test_wrong_captions(self, as_user: Any) -> None:
        found = make.draft("video")
        with translation.override("zh-hans"):
            response = as_user(found.author).post(url("-edit", found.pk), posted(found, captions_en="WEBVTT\n\nx"))
        assert "第3行：每条字幕须有时间" in words(response)

    def test_a_video_that_is_none(self, as_user: Any) -> None:
        found = make.draft("video")
        with translation.override("zh-hans"):
            sent = posted(found, video=make.video(b"nothing of the kind"))
            response = as_user(found.author).post(url("-edit", found.pk), sent)
        assert "此文件不是视频" in words(response)
