"""Files on policies: taken in, named, shown, given out, removed; by whom, and to whom."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from policies import rules, tasks, workflow
from policies.alerts.change_words import changes_told
from policies.attachments import keeping
from policies.attachments.rows import brought_together
from policies.attachments.showing import changes, size_words
from policies.models import Attachment, Policy, Revision, TextState
from policies.publishing.comparing import comparison_of
from policies.publishing.worklists import counts_for
from policies.search.index import refresh_search
from portal.core import bilingual
from portal.core.access import Refused
from tests.factories import publishing as make
from tests.factories.accounts import UserFactory
from tests.factories.attachments import attachment, docx, pdf, png, upload
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
HTML = b"<html><script>alert(1)</script></html>"


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def sent(revision: Revision, *keys: str, **more: Any) -> dict[str, Any]:
    """The editor's form as the browser sends it, with these attachments."""
    texts = {name: value for name, value in revision.content.items() if name.endswith(("_en", "_zh_hans"))}
    facts = {name: revision.content[name] for name in ("level", "category", "support_type", "mode")}
    counts = {"form-TOTAL_FORMS": "0", "form-INITIAL_FORMS": "0", "criteria-TOTAL_FORMS": "0"}
    own = {"attachments-shown": "1", "attachment": list(keys), "lock_version": revision.lock_version, "save": "1"}
    return {**texts, **facts, **counts, "criteria-INITIAL_FORMS": "0", **own, **more}


def edit(client: Client, revision: Revision, *keys: str, **more: Any) -> Any:
    return client.post(reverse("publishing:edit", args=[revision.pk]), sent(revision, *keys, **more))


def keys_of(revision: Revision) -> list[str]:
    return list(Revision.objects.get(pk=revision.pk).content["attachments"])


class TestTaking:
    def test_a_file_comes_with_the_form_and_is_named_after_it(self, as_user: Any) -> None:
        editor = make.editor()
        revision = make.draft(editor, criteria=[])
        files = [upload("Application form.pdf", pdf("form")), upload("申报指南.docx", docx("指南"))]
        assert edit(as_user(editor), revision, files=files).status_code == 302
        first, second = Attachment.objects.order_by("pk")
        assert keys_of(revision) == [str(first.key), str(second.key)]
        assert (first.name_en, first.name_zh_hans, first.kind) == ("Application form", "", "pdf")
        assert (second.name_en, second.name_zh_hans, second.kind) == ("", "申报指南", "docx")
        assert first.uploaded_by == editor
        page = as_user(editor).get(reverse("publishing:edit", args=[revision.pk])).content.decode()
        assert 'value="Application form"' in page
        assert "Attachments (a name in one language only)" in page

    def test_sent_twice_it_is_one(self, as_user: Any) -> None:
        editor = make.editor()
        revision = make.draft(editor, criteria=[])
        for _time in range(2):
            edit(as_user(editor), revision, files=[upload("form.pdf", pdf("form"))])
        assert keys_of(revision) == [str(Attachment.objects.get().key)]
        assert len(list(Path(Attachment.objects.get().file.path).parent.iterdir())) == 1

    def test_other_files_are_refused_and_the_text_is_kept(self, as_user: Any) -> None:
        editor = make.editor()
        revision = make.draft(editor, criteria=[])
        bad = [
            ("page.pdf", HTML, "does not match its extension"),
            ("drawing.svg", b"<svg/>", "not accepted"),
            ("page.html", HTML, "not accepted"),
            ("notes.txt", b"plain words", "Attachments are PDF"),
            ("empty.pdf", b"", "empty"),
        ]
        files = [*(upload(name, content) for name, content, _why in bad), upload("good.pdf", pdf("good"))]
        answer = edit(as_user(editor), revision, files=files, summary_en="What I typed.")
        page = answer.content.decode()
        assert answer.status_code == 200
        said = [line for line in page.splitlines() if "was not taken" in line]
        for name, _content, why in bad:
            assert any(f"“{name}” was not taken" in line and why in line for line in said), name
        assert "What I typed." in page
        good = Attachment.objects.get()  # and the good file need not be chosen again
        assert f'name="attachment" value="{good.key}"' in page
        assert keys_of(revision) == []

    def test_too_many(self, settings: Any) -> None:
        made = [upload(f"{n}.pdf", pdf(str(n))) for n in range(keeping.MOST_AT_ONCE + 1)]
        keys, problems = keeping.take(made, by=make.editor())
        assert len(keys) == keeping.MOST_AT_ONCE
        assert "At most 10 files at once" in problems[0]
        settings.UPLOAD_MAX_BYTES = 100
        assert "larger than" in keeping.take([upload("a.pdf", pdf("a"))], by=make.editor())[1][0]
        with pytest.raises(Refused, match="at most 20"):
            make.draft(attachments=[str(n) for n in range(keeping.MOST + 1)])

    @pytest.mark.parametrize("key", ["00000000-0000-4000-8000-000000000000", "nonsense", "' OR 1=1"])
    def test_what_is_not_there_is_not_named(self, as_user: Any, key: str) -> None:
        with pytest.raises(Refused, match="no longer there"):
            make.draft(attachments=[key])
        editor = make.editor()
        revision = make.draft(editor, criteria=[])
        assert edit(as_user(editor), revision, key).status_code == 302
        assert keys_of(revision) == []

    def test_a_picture_has_no_text_to_wait_for(self) -> None:
        keys, _problems = keeping.take([upload("map.png", png())], by=make.editor())
        assert Attachment.objects.get(key=keys[0]).text_state == TextState.PICTURE


class TestNames:
    def test_a_name_makes_another_row_of_the_same_file(self, as_user: Any) -> None:
        first = attachment("Form", "", "words inside")
        editor = make.editor()
        revision = make.draft(editor, criteria=[], attachments=[str(first.key)])
        for _time in range(2):  # a double click
            names = {f"name_zh_hans-{first.key}": " 申报\t表 ", f"name_en-{first.key}": "Form"}
            assert edit(as_user(editor), revision, str(first.key), **names).status_code == 302
        second = Attachment.objects.exclude(pk=first.pk).get()
        assert keys_of(revision) == [str(second.key)]
        assert (second.name_zh_hans, second.text, second.file.name) == ("申报 表", "words inside", first.file.name)
        first.refresh_from_db()
        assert first.name_zh_hans == ""

    @pytest.mark.parametrize(("name", "why"), [("", "at least one language"), ("x" * 151, "at most 150 characters")])
    def test_bad_names(self, as_user: Any, name: str, why: str) -> None:
        only = attachment("Form", "")
        editor = make.editor()
        revision = make.draft(editor, criteria=[], attachments=[str(only.key)])
        names = {f"name_zh_hans-{only.key}": "", f"name_en-{only.key}": name}
        assert why in edit(as_user(editor), revision, str(only.key), **names).content.decode()
        assert keys_of(revision) == [str(only.key)]

    def test_both_are_needed_before_review_and_are_the_translators_work(self, as_user: Any) -> None:
        half, whole = attachment("Form", ""), attachment()
        revision = make.draft(attachments=[str(half.key)])
        assert rules.gaps(revision.content) == ["attachment_names"]
        translator = make.translator()
        assert counts_for(translator)["texts"] == 1
        client = as_user(translator)
        assert "1 text in one language only" in client.get("/en/publishing/?show=texts").content.decode()
        assert "a name in one language only" in client.get("/en/publishing/translations/").content.decode()
        with pytest.raises(Refused, match="a name in one language only"):
            workflow.send_to_review(revision, by=revision.author)
        Revision.objects.update(content=revision.content | {"attachments": [str(whole.key)]})
        assert counts_for(translator)["texts"] == 0

    def test_translators_name_and_do_nothing_else(self, as_user: Any) -> None:
        form, other = attachment("Form", ""), attachment("Other", "其他")
        revision = make.draft(criteria=[], attachments=[str(form.key)])
        client = as_user(make.translator())
        page = client.get(reverse("publishing:edit", args=[revision.pk])).content.decode()
        assert 'name="files"' not in page
        more = {"files": [upload("a.pdf", pdf("a"))], f"remove-{form.key}": "1", f"name_zh_hans-{form.key}": "申报表"}
        assert edit(client, revision, str(form.key), **more).status_code == 302
        named = Attachment.objects.get(name_zh_hans="申报表")
        assert keys_of(revision) == [str(named.key)]
        revision.refresh_from_db()
        edit(client, revision, str(named.key), str(other.key))
        edit(client, revision)
        assert keys_of(revision) == [str(named.key)]


class TestTakingOut:
    def test_an_editor_takes_one_out(self, as_user: Any) -> None:
        one, two = attachment(), attachment()
        editor = make.editor()
        revision = make.draft(editor, criteria=[], attachments=[str(one.key), str(two.key)])
        edit(as_user(editor), revision, str(one.key), str(two.key), **{f"remove-{one.key}": "1"})
        assert keys_of(revision) == [str(two.key)]

    def test_a_form_that_says_nothing_of_attachments_leaves_them(self, as_user: Any) -> None:
        one = attachment()
        editor = make.editor()
        revision = make.draft(editor, criteria=[], attachments=[str(one.key)])
        data = sent(revision, summary_en="New.")
        del data["attachments-shown"]
        as_user(editor).post(reverse("publishing:edit", args=[revision.pk]), data)
        assert keys_of(revision) == [str(one.key)]

    def test_two_people_at_once_lose_nothing(self, as_user: Any) -> None:
        old, hers, his = attachment(), attachment(), attachment()
        revision = make.draft(criteria=[], attachments=[str(old.key)])
        edit(as_user(make.editor()), revision, str(old.key), str(hers.key))
        answer = edit(as_user(make.editor()), revision, str(old.key), str(his.key))
        assert answer.status_code == 409
        page = answer.content.decode()
        assert all(f'value="{each.key}"' in page for each in (old, hers, his))
        assert brought_together("ab", "acd", "be") == ["c", "d", "e"]

    def test_files_go_that_nothing_has_named_for_a_week(self, django_capture_on_commit_callbacks: Any) -> None:
        drafted, public, alone, shared, late = (attachment() for _n in range(5))
        renamed = keeping.renamed(shared, name_zh_hans="新名", name_en="New", by=make.editor())
        draft = make.draft(attachments=[str(each.key) for each in (drafted, late, renamed)])
        PolicyFactory(attachments=[str(public.key)])
        now = timezone.now()
        assert keeping.remove_unused(now) == 0
        content = {**draft.content, "attachments": [str(drafted.key), str(renamed.key)]}
        workflow.save_revision(draft, by=draft.author, content=content, seen=0)
        assert keeping.remove_unused(now + timedelta(days=4)) == 0
        with django_capture_on_commit_callbacks(execute=True):
            assert keeping.remove_unused(now + timedelta(days=8)) == 2
        assert set(Attachment.objects.values_list("pk", flat=True)) == {drafted.pk, public.pk, renamed.pk, late.pk}
        assert not alone.file.storage.exists(alone.file.name)
        assert renamed.file.storage.exists(shared.file.name)  # the other name still stands for it

    def test_what_is_named_again_in_time_stays(self) -> None:
        made, now = attachment(), timezone.now()
        keeping.remove_unused(now)
        draft = make.draft(attachments=[str(made.key)])
        assert tasks.sweep_attachments() == 0
        workflow.discard(draft, by=draft.author)  # what was once written stays readable
        assert keeping.remove_unused(now + timedelta(days=30)) == 0
        assert get(Client(), made).status_code == 404


def get(client: Client, made: Attachment) -> Any:
    return client.get(reverse("policies:attachment", args=[made.key]))


class TestDownloads:
    def test_a_drafts_file_is_for_those_who_read_drafts(self, as_user: Any) -> None:
        made = attachment("Form", "申报表")
        make.draft(attachments=[str(made.key)])
        for kind, user in {"anybody": None, "owner": [], "steward": ["steward"]}.items():
            client = Client() if user is None else as_user(UserFactory(roles=user))
            assert get(client, made).status_code == 404, kind
        for role in ("editor", "translator", "reviewer", "admin"):
            answer = get(as_user(UserFactory(roles=[role])), made)
            assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store"), role

    def test_public_once_published_and_for_as_long_as_a_version_names_it(self) -> None:
        first, second = attachment("Form", "申报表"), attachment()
        revision = make.published(attachments=[str(first.key)])
        answer = get(Client(), first)
        assert answer["Content-Disposition"] == 'attachment; filename="Form.pdf"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Type"] == "application/pdf"
        assert b"".join(answer.streaming_content).startswith(b"%PDF")
        Policy.objects.filter(pk=revision.policy.pk).update(attachments=[str(second.key)])
        assert get(Client(), first).status_code == 200
        Policy.objects.filter(pk=revision.policy.pk).update(published_at=None)
        assert get(Client(), second).status_code == 404

    def test_what_is_gone_is_404(self) -> None:
        made = attachment()
        PolicyFactory(attachments=[str(made.key)])
        made.file.storage.delete(made.file.name)
        assert get(Client(), made).status_code == 404
        assert Client().get("/en/policies/attachments/00000000-0000-4000-8000-000000000000/").status_code == 404

    def test_the_policy_page_lists_them_in_each_language(self) -> None:
        made = attachment("Form <b>", "申报表", size=1_300_000)
        policy = PolicyFactory(attachments=[str(made.key)])
        page = Client().get(f"/en/policies/{policy.slug}/").content.decode()
        assert "Form &lt;b&gt;" in page
        assert "PDF · 1.2 MB" in page
        with translation.override("zh-hans"):
            assert "申报表" in Client().get(f"/zh-hans/policies/{policy.slug}/").content.decode()
        assert size_words(900) == "1 KB"


def test_the_open_data_names_them() -> None:
    made = attachment("Form", "申报表")
    revision = make.published(attachments=[str(made.key)])
    for path in ("", "versions/1/"):
        data = Client().get(f"/api/v1/policies/{revision.policy.slug}/{path}").json()["attachments"]
        assert data[0]["name"] == {"zh-Hans": "申报表", "en": "Form"}
        assert (data[0]["kind"], data[0]["bytes"]) == ("pdf", 2_000)
        assert data[0]["url"].endswith(f"/en/policies/attachments/{made.key}/")


class TestDifferences:
    def test_added_removed_and_renamed_are_told_by_name(self) -> None:
        gone, kept, new = attachment("Old", "旧"), attachment("Form", "表"), attachment("New", "新")
        other = keeping.renamed(kept, name_zh_hans="表", name_en="Application form", by=make.editor())
        before = {**make.CONTENT, "attachments": [str(gone.key), str(kept.key)]}
        after = {**make.CONTENT, "attachments": [str(other.key), str(new.key)]}
        assert [(each.before, each.after) for each in changes(before, after)] == [
            ("Form", "Application form"),
            ("", "New"),
            ("Old", ""),
        ]
        facts = comparison_of(before, after).facts
        assert [(fact.label, fact.before, fact.value) for fact in facts][1:] == [
            ("Attachment", "", "New"),
            ("Attachment", "Old", ""),
        ]
        assert changes_told(before, after, {}) == ["Attachment added: “New”", "Attachment removed: “Old”"]
        with bilingual.speaking("zh-hans"):
            assert [each.after for each in changes(before, after)] == ["新", ""]  # called the same in Chinese
        assert changes(before, before) == []

    def test_the_reviewer_reads_both_names_and_what_came(self, as_user: Any) -> None:
        old, new = attachment("Old", "旧"), attachment("New", "新")
        policy = make.published(attachments=[str(old.key)]).policy
        editor = make.editor()
        revision = workflow.revise(policy, by=editor)
        content = revision.content | {"attachments": [str(old.key), str(new.key)]}
        workflow.save_revision(revision, by=editor, content=content, seen=revision.lock_version)
        page = as_user(make.reviewer()).get(reverse("publishing:review", args=[revision.pk])).content.decode()
        assert "新" in page
        assert "text found by the search" in page
        assert "<dt>Attachment</dt>" in page


def test_found_in_an_attachment_is_said_where_the_words_are_nowhere_else(django_assert_num_queries: Any) -> None:
    made = attachment("Equipment list", "设备清单", "Grants for the <b>cleanroom</b> and other rooms. " * 9)
    only = PolicyFactory(title_en="Harbour aid", attachments=[str(made.key)])
    both = PolicyFactory(title_en="Cleanroom aid", attachments=[str(made.key)])
    for policy in (only, both):
        refresh_search(policy)
    page = Client().get("/en/policies/?q=cleanroom").content.decode()
    assert page.count("Found in attachment") == 1
    assert page.index("Cleanroom</mark> aid") < page.index("Harbour aid") < page.index("Found in attachment")
    assert "Equipment list" in page
    assert "&lt;b&gt;<mark>cleanroom</mark>" in page
    for url, many in (("/en/policies/?q=cleanroom", 5), ("/en/policies/?q=harbour", 4)):
        with django_assert_num_queries(many):
            Client().get(url)
