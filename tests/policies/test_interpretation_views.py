"""Interpretations as everybody reads them: the list, the page, files and captions, the policy's own page."""

import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from policies.interpretation import workflow
from policies.interpretation.showing import Shown
from policies.models import Interpretation, InterpretedPolicy, Policy, Revision
from tests.factories import interpretations as make
from tests.factories.accounts import UserFactory
from tests.factories.policies import PolicyFactory
from tests.factories.publishing import editor, reviewer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def page_of(found: Interpretation, language: str = "en") -> str:
    with translation.override(language):
        return reverse("policies:interpretation", args=[found.policies.get().slug, found.pk])


def words(response: Any) -> str:
    return unescape(response.content.decode())


def change(policy: Policy) -> None:
    """A new version of the policy, published on a day of its own."""
    day = timezone.make_aware(timezone.datetime(2026, 3, 5, 9))
    Revision.objects.create(policy=policy, state="published", number=policy.version + 1, decided_at=day)
    Policy.objects.filter(pk=policy.pk).update(version=policy.version + 1)


class TestOne:
    @pytest.mark.parametrize(("language", "title", "body"), [("en", "Explained", "plain"), ("zh-hans", "解读", "正文")])
    def test_in_the_readers_language(self, client: Client, language: str, title: str, body: str) -> None:
        found = make.published()
        response = client.get(page_of(found, language))
        html = words(response)
        assert re.search(rf"<h1>{title}</h1>", html)
        assert body in html
        assert reverse("policies:detail", args=[found.policies.get().slug]).removeprefix("/en") in html

    def test_markdown_is_shown_and_html_is_harmless(self, client: Client) -> None:
        found = make.published(body_en="# Head\n\n**bold** <script>alert(1)</script> [x](javascript:alert(1))")
        html = client.get(page_of(found)).content.decode()
        assert "<strong>bold</strong>" in html
        assert "<h2>Head</h2>" in html
        assert "&lt;script&gt;alert(1)" in html
        assert "<script>alert" not in html
        assert 'href="javascript' not in html

    def test_a_picture_has_its_words(self, client: Client) -> None:
        found = make.published("picture", alt_en='Three "boxes"')
        html = client.get(page_of(found)).content.decode()
        (row,) = found.files.all()
        assert f'src="/en/policies/interpretations/files/{row.key}/" alt="Three &quot;boxes&quot;"' in html
        assert 'width="8" height="6"' in html
        assert "All its words" in html

    def test_each_language_has_its_own_picture(self) -> None:
        found = make.draft("picture")
        both = found.files.get()
        workflow.keep_files(found, {"picture_en": make.upload("picture")}, by=found.author, known={})
        pictures = [Shown(found, language).picture for language in ("zh-hans", "en")]
        assert [each and each.slot for each in pictures] == [both.slot, "picture_en"]

    @pytest.mark.parametrize(("language", "first"), [("en", "en"), ("zh-hans", "zh-Hans")])
    def test_a_video_waits_and_speaks_the_readers_language_first(
        self, client: Client, language: str, first: str
    ) -> None:
        html = client.get(page_of(make.published("video"), language)).content.decode()
        (tag,) = re.findall(r"<video[^>]*>", html)
        assert 'controls preload="metadata"' in tag
        assert "autoplay" not in tag
        assert re.search(r'poster="[^"]+" width="8" height="6"', tag)
        tracks = re.findall(r'<track kind="captions" src="[^"]+" srclang="([^"]+)" label="[^"]+"( default)?>', html)
        assert tracks[0] == (first, " default")
        assert len(tracks) == 2
        assert not tracks[1][1]
        assert {"en": "Hello", "zh-hans": "你好"}[language] in html

    def test_a_video_elsewhere_is_a_link_and_nothing_is_embedded(self, client: Client) -> None:
        found = make.draft("video", video_url="https://video.example/1?a=1&b=2", captions_en="", captions_zh_hans="")
        workflow.drop_file(found, found.files.get(slot="video").key, by=found.author)
        make.approved(found)
        html = client.get(page_of(found)).content.decode()
        assert '<a href="https://video.example/1?a=1&amp;b=2" rel="noopener noreferrer">' in html
        assert "<video" not in html
        assert "<iframe" not in html

    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_says_when_the_policy_has_changed(self, client: Client, language: str) -> None:
        found = make.published()
        assert "notice-warn" not in client.get(page_of(found)).content.decode()
        change(found.policies.get())
        html = re.sub(r"<[^>]+>", "", words(client.get(page_of(found, language))))
        told = {"en": "refers to version 1; the policy was changed on 5 March 2026", "zh-hans": "2026年3月5日"}
        assert told[language] in html

    def test_under_its_own_policy_only(self, client: Client) -> None:
        found, other = make.published(), PolicyFactory()
        assert client.get(reverse("policies:interpretation", args=[other.slug, found.pk])).status_code == 404
        assert client.get(reverse("policies:interpretation", args=["none", found.pk])).status_code == 404

    def test_drafts_are_for_nobody_not_even_officials(self, client: Client, as_user: Any) -> None:
        found, summary = make.in_review(), make.published("summary", who_en="Small shops")
        for each in (found, summary):
            assert client.get(page_of(each)).status_code == 404
        assert as_user(found.author).get(page_of(found)).status_code == 404

    def test_what_was_withdrawn_leads_to_what_took_its_place(self, client: Client) -> None:
        old = make.published()
        new = _replaced(_replaced(old))
        response = client.get(page_of(old))
        assert (response.status_code, response.headers["Location"]) == (302, page_of(new))
        workflow.withdraw(new, by=reviewer())
        assert {client.get(page_of(each)).status_code for each in (old, new)} == {404}


def _replaced(old: Interpretation) -> Interpretation:
    return make.approved(workflow.revise(old, by=editor()))


class TestFiles:
    def url(self, found: Interpretation, slot: str) -> str:
        return reverse("policies:interpretation-file", args=[found.files.get(slot=slot).key])

    def test_a_video_can_be_sought_in(self, client: Client) -> None:
        found, content = make.published("video"), make.mp4()
        url = self.url(found, "video")
        whole, part = client.get(url), client.get(url, headers={"Range": "bytes=4-7"})
        assert whole.getvalue() == content
        assert (whole.headers["Content-Type"], whole.headers["Accept-Ranges"]) == ("video/mp4", "bytes")
        assert (part.status_code, part.getvalue()) == (206, b"ftyp")
        assert part.headers["Cache-Control"] == "public, max-age=300"

    def test_a_drafts_files_are_for_officials(self, client: Client, as_user: Any) -> None:
        found = make.draft("video")
        urls = [self.url(found, "video"), reverse("policies:captions", args=[found.pk, "en"])]
        for url in urls:
            assert client.get(url).status_code == 404
            assert as_user(UserFactory(roles=["steward"])).get(url).status_code == 404
            response = as_user(reviewer()).get(url)
            assert (response.status_code, response.headers["Cache-Control"]) == (200, "private, no-store")

    def test_withdrawn_files_are_gone_for_the_public(self, client: Client) -> None:
        found = make.published("picture")
        url = self.url(found, "picture")
        assert client.get(url).status_code == 200
        workflow.withdraw(found, by=reviewer())
        assert client.get(url).status_code == 404

    def test_captions_are_webvtt(self, client: Client) -> None:
        found = make.published("video")
        response = client.get(reverse("policies:captions", args=[found.pk, "zh-hans"]))
        assert response.headers["Content-Type"] == "text/vtt; charset=utf-8"
        assert response.content.decode() == make.VTT.format("你好")

    def test_what_is_not_there(self, client: Client) -> None:
        text = make.published()
        for url in (
            reverse("policies:interpretation-file", args=[uuid4()]),
            reverse("policies:captions", args=[text.pk, "en"]),
            reverse("policies:captions", args=[text.pk, "tlh"]),
            reverse("policies:captions", args=[10**9, "en"]),
        ):
            assert client.get(url).status_code == 404


class TestLists:
    def test_published_ones_newest_first_and_of_one_kind(self, client: Client) -> None:
        make.published(title_en="Older")
        make.published("picture", title_en="Newer")
        make.draft(title_en="Secret")
        make.published("summary", who_en="Small shops")
        url = reverse("policies:interpretations")
        html = words(client.get(url))
        assert html.index("Newer") < html.index("Older")
        assert "Secret" not in html
        assert "Small shops" not in html
        only = words(client.get(url, {"kind": "picture"}))
        assert "Newer" in only
        assert "Older" not in only
        assert "Older" in words(client.get(url, {"kind": "summary"}))  # no such list: all of them

    def test_an_empty_list_says_so(self, client: Client) -> None:
        assert "No interpretation of this kind" in words(client.get(reverse("policies:interpretations")))

    def test_as_many_queries_for_many_as_for_one(self, client: Client, django_assert_num_queries: Any) -> None:
        policy, author, judge = PolicyFactory(version=2), editor(), reviewer()
        for count in (1, 12):
            rows = Interpretation.objects.bulk_create(
                Interpretation(
                    kind="text",
                    state="published",
                    author=author,
                    reviewer=judge,
                    content=make.TEXT,
                    published_at=timezone.now(),
                )
                for _n in range(count)
            )
            InterpretedPolicy.objects.bulk_create(
                InterpretedPolicy(interpretation=row, policy=policy, version=2) for row in rows
            )
            with django_assert_num_queries(3):
                client.get(reverse("policies:interpretations"))

    def test_the_policys_page_leads_to_them(self, client: Client) -> None:
        found = make.published()
        policy = found.policies.get()
        make.draft(policy=policy, title_en="Secret")
        change(policy)
        html = words(client.get(reverse("policies:detail", args=[policy.slug])))
        assert f'href="{page_of(found)}"' in html
        assert f'href="{reverse("policies:in-short", args=[policy.slug])}"' in html
        assert "The policy has changed since" in html
        assert "Secret" not in html
