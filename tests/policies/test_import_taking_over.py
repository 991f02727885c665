"""What is confirmed becomes drafts that somebody else reviews; nothing twice, nothing over somebody's work."""

import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from notices.models import Message
from policies import workflow
from policies.exchange import importing
from policies.models import ImportRow, Policy, PolicyImport, Revision
from policies.publishing.drafts import PROVISIONAL
from policies.tasks import carry_out_imports
from portal.core.access import Refused
from tests.factories.imports import complete, imported, row_of
from tests.factories.policies import PolicyFactory
from tests.factories.publishing import draft, editor, published, reviewer

pytestmark = pytest.mark.django_db


def outcomes(batch: PolicyImport) -> list[str]:
    return list(batch.rows.order_by("number").values_list("outcome", flat=True))


def confirmed(*rows: Any, by: Any = None) -> PolicyImport:
    by = by or editor()
    batch = imported(*rows, by=by)
    importing.confirm(batch, by=by)
    batch.refresh_from_db()
    return batch


def test_a_complete_new_policy_goes_to_review_and_is_public_for_nobody() -> None:
    person = reviewer()
    batch = confirmed(complete(document_number="1号"))
    revision = row_of(batch).revision
    assert revision is not None
    assert (revision.state, revision.author, revision.policy.slug) == ("in_review", batch.uploader, "fictional-subsidy")
    assert revision.content["document_number"] == "1号"
    assert not Policy.objects.published().exists()
    assert list(revision.comments.values_list("act", "text")) == [
        ("created", ""),
        ("imported", "policies.json · 1"),
        ("sent", ""),
    ]
    with pytest.raises(Refused, match="somebody else must publish"):
        workflow.publish(revision, by=_both_roles(batch.uploader), seen=revision.lock_version)
    assert workflow.publish(revision, by=person, seen=revision.lock_version).version == 1


def _both_roles(user: Any) -> Any:
    user.roles = ["editor", "reviewer"]
    user.save(update_fields=["roles"])
    return user


def test_an_incomplete_one_stays_a_draft_with_its_gaps_named_in_both_languages() -> None:
    batch = confirmed(complete(summary_en=None, slug=""))
    row = row_of(batch)
    assert (row.outcome, row.revision and row.revision.state) == ("draft", "draft")
    assert "Summary (English)" in row.said["en"]
    assert "摘要（英文）" in row.said["zh-hans"]
    assert row.policy
    assert row.policy.slug == "fictional-subsidy"
    bare = row_of(confirmed({"title_zh_hans": "只有中文"})).policy
    assert bare is not None
    assert bare.slug.startswith(PROVISIONAL)


def test_a_changed_policy_gets_a_new_version_in_review_and_stays_as_it_is() -> None:
    policy = published().policy
    batch = confirmed({"slug": policy.slug, "benefit_zh_hans": "最高20万元", "benefit_en": "Up to CNY 200,000"})
    policy.refresh_from_db()
    revision = row_of(batch).revision
    assert revision is not None
    assert (policy.benefit_en, policy.version) == ("", 1)
    assert (revision.state, revision.content["benefit_en"]) == ("in_review", "Up to CNY 200,000")
    assert revision.content["summary_en"] == "A subsidy for enterprises."
    assert (batch.results, bool(batch.finished_at)) == ({"review": 1}, True)


def test_a_text_in_one_language_only_flags_the_other() -> None:
    policy = published().policy
    row = row_of(confirmed({"slug": policy.slug, "summary_zh_hans": "另一种补贴。"}))
    assert row.revision
    assert row.revision.stale == ["summary_en"]


def test_importing_again_finds_everything_unchanged_in_review_and_published() -> None:
    by, policy = editor(), published().policy
    rows = [
        complete(slug="new"),
        {"slug": policy.slug, "max_amount_cny": "20万元"},
        complete(slug="", title_zh_hans="三"),
    ]
    batch = confirmed(*rows, by=by)
    assert outcomes(batch) == ["review", "review", "review"]
    assert imported(*rows, by=by).counts["unchanged"] == 3
    person = reviewer()
    for revision in Revision.objects.filter(state="in_review"):
        workflow.publish(revision, by=person, seen=revision.lock_version)
    again = imported(*rows, by=by)
    assert again.counts["unchanged"] == 3
    with pytest.raises(Refused, match="at least one row"):
        importing.confirm(again, by=by)


def test_rows_that_are_wrong_unchanged_or_written_by_somebody_are_never_taken_over() -> None:
    busy, by = draft(), editor()
    rows = [complete(slug="a"), {"slug": "b"}, {"slug": busy.policy.slug, "title_en": "Mine"}]
    batch = imported(*rows, by=by)
    with pytest.raises(Refused, match="at least one row"):
        importing.confirm(batch, by=by, numbers=[2, 3, 99])
    assert importing.confirm(batch, by=by) == 1
    assert outcomes(batch) == ["review", "", ""]
    busy.refresh_from_db()
    assert (busy.content["title_en"], busy.lock_version) == ("Fictional subsidy", 0)


def test_chosen_rows_first_the_others_later_and_none_twice() -> None:
    by = editor()
    batch = imported(complete(slug="a", title_zh_hans="甲"), complete(slug="b", title_zh_hans="乙"), by=by)
    assert importing.confirm(batch, by=by, numbers=[2]) == 1
    assert outcomes(batch) == ["", "review"]
    with pytest.raises(Refused, match="confirmed already"):
        importing.confirm(batch, by=by, numbers=[2])
    assert importing.confirm(batch, by=by) == 1
    with pytest.raises(Refused, match="confirmed already"):
        importing.confirm(batch, by=by)
    assert Revision.objects.count() == 2
    with pytest.raises(Refused, match="stays on record"):
        importing.discard(batch, by=by)


@pytest.mark.parametrize(
    ("between", "words"),
    [
        ("version", ("version 2 has been published", "第2版")),
        ("revision", ("Wang has begun a new version", "Wang")),
        ("gone", ("gone since the preview", "预览")),
    ],
)
def test_what_came_between_preview_and_confirmation_is_named(between: str, words: tuple[str, str]) -> None:
    policy, by = published().policy, editor()
    batch = imported({"slug": policy.slug, "title_en": "New words"}, by=by)
    if between == "gone":
        Policy.objects.filter(pk=policy.pk).update(published_at=None)
    else:
        revision = workflow.revise(policy, by=editor(name_zh="Wang", name_en="Wang"))
        if between == "version":
            workflow.send_to_review(revision, by=revision.author)  # type: ignore[arg-type]
            workflow.publish(revision, by=reviewer(), seen=0)
    importing.confirm(batch, by=by)
    row = row_of(batch)
    assert row.outcome == "refused"
    assert words[0] in row.said["en"]
    assert words[1] in row.said["zh-hans"]
    assert not Revision.objects.filter(author=by).exists()


@pytest.mark.parametrize("named", [{"slug": "one"}, {"slug": ""}])
def test_two_files_bring_the_same_new_policy(named: dict[str, Any]) -> None:
    one, two = editor(), editor()
    first, second = (imported(complete(**named), by=by) for by in (one, two))
    importing.confirm(first, by=one)
    importing.confirm(second, by=two)
    assert (outcomes(first), outcomes(second)) == (["review"], ["refused"])
    assert "this policy has been begun: " in row_of(second).said["en"]
    assert Policy.objects.count() == 1


def test_only_the_uploader_confirms_while_an_editor_and_in_time() -> None:
    by = editor()
    batch = imported(complete(), by=by)
    with pytest.raises(Refused, match="Only the person who uploaded"):
        importing.confirm(batch, by=editor())
    with time_machine.travel(timezone.now() + timedelta(days=8)), pytest.raises(Refused, match="past its time"):
        importing.confirm(batch, by=by)
    by.roles = ["reviewer"]
    by.save(update_fields=["roles"])
    with pytest.raises(Refused, match="Only policy editors"):
        importing.confirm(batch, by=by)
    assert Revision.objects.count() == 0


def test_reviewers_hear_of_a_file_once() -> None:
    person, by = reviewer(), editor()
    batch = imported(*(complete(slug=f"s-{n}", title_zh_hans=f"题{n}") for n in range(3)), by=by)
    importing.confirm(batch, by=by, numbers=[1, 2])
    importing.confirm(batch, by=by)
    assert [message.subject for message in Message.objects.filter(recipient=person).order_by("pk")] == [
        "To review: 2 policies from a file",
        "To review: 1 policy from a file",
    ]


def test_many_rows_are_for_a_worker_that_can_stop_and_go_on(monkeypatch: Any) -> None:
    monkeypatch.setattr(importing, "AT_ONCE", 1)
    by = editor()
    batch = imported(*(complete(slug=f"s-{n}", title_zh_hans=f"题{n}") for n in range(3)), by=by)
    importing.confirm(batch, by=by)
    assert outcomes(batch) == ["waiting"] * 3
    assert importing.carry_out(batch.pk, most=1) == 1
    assert outcomes(batch) == ["review", "waiting", "waiting"]
    assert PolicyImport.objects.under_way().get() == batch
    assert carry_out_imports() == 2
    assert carry_out_imports() == carry_out_imports(batch.pk) == 0
    assert not PolicyImport.objects.under_way().exists()


def test_a_row_that_fails_in_the_middle_leaves_nothing_behind(monkeypatch: Any) -> None:
    by = editor()
    batch = imported(complete(), by=by)
    monkeypatch.setattr(workflow, "send_to_review", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        importing.confirm(batch, by=by)
    assert (Policy.objects.count(), outcomes(batch)) == (0, [""])


def test_the_sweep_removes_what_is_past_its_time() -> None:
    by = editor()
    waiting, done = imported(complete(), by=by), confirmed(complete(slug="b", title_zh_hans="乙"), by=by)
    carry_out_imports()
    assert PolicyImport.objects.count() == 2
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        carry_out_imports()
    assert not waiting.rows.exists()
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        carry_out_imports()
    assert list(PolicyImport.objects.all()) == [done]
    assert not ImportRow.objects.exists()
    labels = waiting.audit_rows.model.objects.filter(pgh_obj_id=waiting.pk).values_list("pgh_label", flat=True)  # type: ignore[attr-defined]
    assert set(labels) >= {"insert", "delete"}
    confirmations = done.audit_rows.filter(confirmed_at__isnull=False)  # type: ignore[attr-defined]
    assert {row.uploader_id for row in confirmations} == {by.pk}


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_and_two_files_at_once() -> None:
    one, two = editor(), editor()
    PolicyFactory(slug="policy", title_en="Old")
    rows = ({"slug": "policy", "title_en": "New"}, complete())
    batches = [imported(*rows, by=one), imported(*rows, by=two)]
    refused: list[str] = []

    def click(batch: PolicyImport) -> None:
        try:
            importing.confirm(batch, by=batch.uploader)
        except Refused as error:
            refused.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=click, args=[batch]) for batch in (*batches, *batches)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 2
    assert Revision.objects.count() == 2
    assert [outcome for batch in batches for outcome in outcomes(batch)].count("refused") == 2
