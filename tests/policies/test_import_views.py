"""The room of imports and exports: upload, preview, confirmation, download; each person sees their own files only."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from policies import workflow
from policies.exchange import importing
from policies.models import ImportRow, PolicyImport, Revision
from tests.factories.imports import complete, imported, records, text, workbook
from tests.factories.policies import PolicyFactory
from tests.factories.publishing import editor, published, reviewer

pytestmark = pytest.mark.django_db
ROOM = "/en/publishing/import/"


def page(client: Any, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return str(response.content.decode())


def sent(client: Any, file: Any) -> Any:
    return client.post(ROOM, {"file": file}, follow=True)


def test_from_the_desk_to_a_revision_in_review(as_user: Any) -> None:
    by, policy = editor(), published().policy
    client = as_user(by)
    assert ROOM in page(client, "/en/publishing/")
    rows = [
        ["Short name in the address", "标题（中文）", "Support standard (English)", "price"],
        [policy.slug, policy.title_zh_hans, "Up to CNY 200,000", 1],
        ["wrong one", "错", "=1+1", 2],
    ]
    response = sent(client, workbook(rows))
    shown = response.content.decode()
    assert response.redirect_chain[0][1] == 302
    assert "not known and were left out: price (D)" in shown
    assert "Support standard (English)" in shown
    assert "Up to CNY 200,000" in shown
    batch = PolicyImport.objects.get()
    wrong = page(client, f"{ROOM}{batch.pk}/?show=wrong")
    assert "Cell A3 (Short name in the address)" in wrong
    assert "holds a formula" in wrong
    assert Revision.objects.filter(state="published").count() == Revision.objects.count() == 1
    response = client.post(f"{ROOM}{batch.pk}/confirm/", {"all": "1"}, follow=True)
    assert "1 row is confirmed." in response.content.decode()
    revision = Revision.objects.get(state="draft")  # the support standard is in one language only
    assert "Still missing" in page(client, f"{ROOM}{batch.pk}/?show=taken")
    assert f"/en/publishing/{revision.pk}/review/" in page(client, f"{ROOM}{batch.pk}/?show=taken")
    assert "Taken from a file" in page(client, f"/en/publishing/{revision.pk}/review/")
    again = client.post(f"{ROOM}{batch.pk}/confirm/", {"all": "1"}, follow=True)
    assert "confirmed already" in again.content.decode()


def test_ticked_rows_only_and_nonsense_is_no_row(as_user: Any) -> None:
    by = editor()
    batch = imported(complete(slug="a", title_zh_hans="甲"), complete(slug="b", title_zh_hans="乙"), by=by)
    client, url = as_user(by), f"{ROOM}{batch.pk}/confirm/"
    for nonsense in ({}, {"row": ["x", "-1", "9" * 30, "½", "7"]}):
        assert "Choose at least one row" in client.post(url, nonsense, follow=True).content.decode()
    client.post(url, {"row": ["2", "x"]})
    assert list(ImportRow.objects.order_by("number").values_list("outcome", flat=True)) == ["", "review"]
    assert client.get(url).status_code == 405


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (None, "required"),
        (SimpleUploadedFile("a.csv", b""), "The file is empty"),
        (SimpleUploadedFile("a.xlsx", b"PK\x03\x04 nothing"), "damaged"),
        (SimpleUploadedFile("../../etc/a.exe", b"slug\na"), "“.exe”"),
        (SimpleUploadedFile("a.csv", b"\x00\x01\x02\x03"), "No row of headings"),
    ],
)
def test_what_cannot_be_read_is_said_at_the_field(as_user: Any, file: Any, words: str) -> None:
    response = as_user(editor()).post(ROOM, {"file": file} if file else {})
    assert response.status_code == 200
    assert words in response.content.decode()
    assert not PolicyImport.objects.exists()


def test_a_preview_is_its_uploaders_alone(as_user: Any) -> None:
    batch = imported(complete())
    urls = [f"{ROOM}{batch.pk}/", f"{ROOM}{batch.pk}/confirm/", f"{ROOM}{batch.pk}/discard/"]
    for stranger in (editor(), reviewer()):
        client = as_user(stranger)
        statuses = [client.get(urls[0]).status_code, *(client.post(url, {"all": 1}).status_code for url in urls[1:])]
        assert statuses == [404, 404, 404]
        assert batch.name not in page(client, ROOM)
    assert not Revision.objects.exists()


def test_reviewers_take_policies_out_but_bring_none_in(as_user: Any) -> None:
    client = as_user(reviewer())
    shown = page(client, ROOM)
    assert "Only policy editors bring policies in" in shown
    assert 'type="file"' not in shown
    assert "Only policy editors" in sent(client, records(complete())).content.decode()
    assert not PolicyImport.objects.exists()


def test_somebodys_draft_is_shown_and_cannot_be_ticked(as_user: Any) -> None:
    by = editor()
    revision = workflow.revise(PolicyFactory(slug="busy"), by=editor(name_en="Zheng Jie"))
    batch = imported({"slug": "busy", "title_en": "Mine", "level": "park", "criteria": complete()["criteria"]}, by=by)
    shown = page(as_user(by), f"{ROOM}{batch.pk}/")
    assert "Zheng Jie is writing this policy" in shown
    assert f"/en/publishing/{revision.pk}/review/" in shown
    assert "checkbox" not in shown
    for words in ("District", "Park", "Mine"):
        assert words in shown


def test_while_a_worker_takes_rows_over_the_page_tells_how_far_it_is(as_user: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(importing, "AT_ONCE", 1)
    by = editor()
    batch = imported(*(complete(slug=f"s-{n}", title_zh_hans=f"题{n}") for n in range(3)), by=by)
    importing.confirm(batch, by=by)
    importing.carry_out(batch.pk, most=1)
    client = as_user(by)
    shown = page(client, f"{ROOM}{batch.pk}/")
    assert "1 done, 2 rows in line" in shown
    assert 'hx-trigger="every 3s"' in shown
    importing.sweep()
    shown = page(client, f"{ROOM}{batch.pk}/")
    assert "hx-trigger" not in shown
    assert "In review 3" in " ".join(shown.split())


def test_discarded_and_expired_previews(as_user: Any) -> None:
    by = editor()
    client, batch, late = as_user(by), imported(complete(), by=by), imported(complete(), by=by)
    response = client.post(f"{ROOM}{batch.pk}/discard/", follow=True)
    assert "nothing was changed" in response.content.decode()
    assert client.get(f"{ROOM}{batch.pk}/").status_code == 404
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        client.force_login(by)
        shown = page(client, f"{ROOM}{late.pk}/")
        assert "past its time" in shown
        assert "checkbox" not in shown
        assert "Past its time" in page(client, ROOM)


def test_a_preview_that_a_fast_clock_ended_still_has_its_page(as_user: Any) -> None:
    by = editor()
    batch = imported(complete(), by=by)
    client, url = as_user(by), f"{ROOM}{batch.pk}/"
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        importing.sweep()
        importing.sweep()
    shown = page(client, url)
    assert "The rows are no longer kept" in shown
    assert "This preview is past its time. Please upload the file again." in shown
    assert "Past its time" in page(client, ROOM)
    assert not ImportRow.objects.exists()
    confirmed = client.post(f"{url}confirm/", {"all": "1"}, follow=True)
    assert "past its time" in confirmed.content.decode()
    again = imported(complete(), by=by)
    importing.sweep()
    assert again.rows.exists(), "by the true clock its time is not over"
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        importing.sweep()
    assert not PolicyImport.objects.exists()


def test_a_long_file_is_paged_in_a_fixed_number_of_queries(as_user: Any) -> None:
    by = editor()
    rows = [["slug", "title_en"], *([f"s-{n}", f"T{n}"] for n in range(45))]
    batch = importing.upload(text(rows), by=by)
    few = importing.upload(text(rows[:3]), by=by)
    client = as_user(by)
    counts = []
    for each in (few, batch):
        with CaptureQueriesContext(connection) as asked:
            shown = page(client, f"{ROOM}{each.pk}/?show=new")
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert shown.count('name="row"') == 20
    assert "Take over all 45 rows" in shown
    assert 'rel="next"' in shown


def test_an_export_holds_what_the_desks_filters_leave(as_user: Any) -> None:
    PolicyFactory(slug="one", title_en="First subsidy", benefit_en="In English only")
    PolicyFactory(slug="two", title_en="Second subsidy")
    client = as_user(reviewer())
    url = reverse("publishing:export", args=["json"])
    for query, slugs in (("", ["one", "two"]), ("?q=second", ["two"]), ("?gaps=1", ["one"]), ("?q=x&gaps=1", [])):
        response = client.get(url + query)
        assert [record["slug"] for record in json.loads(b"".join(response))] == slugs
    assert response["Content-Disposition"].startswith('attachment; filename="policies-')
    assert f"{ROOM}?" in page(client, "/en/publishing/?show=published&q=second")
    assert 'value="second"' in page(client, f"{ROOM}?q=second")
    assert client.get("/en/publishing/export/exe/").status_code == 404
    assert client.get(f"{ROOM}template/")["Content-Type"].endswith("sheet")


def test_an_export_that_does_not_fit_says_so(as_user: Any) -> None:
    PolicyFactory(criteria=[{"field": "employees", "op": "gte", "value": 1, "clause_en": "x" * 33_000}])
    response = as_user(editor()).get(reverse("publishing:export", args=["xlsx"]), follow=True)
    assert "Take csv or JSON" in response.content.decode()
