"""Pages of an extract while it is busy, before it is confirmed, and of what came of it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from enterprises import credit_code
from enterprises.models import Enterprise, RegistryImport
from enterprises.registry import staging
from enterprises.registry.words import WHY
from tests.enterprises.registry.test_extracts import HEADS, row, table, taken, uploaded
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.registry import extract

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists")]
Sign = Callable[[Any], Client]


def page(client: Client, name: str, *args: Any) -> str:
    return client.get(reverse(f"registry:{name}", args=args)).content.decode()


def test_a_busy_page_looks_again_by_itself_and_others_do_not(as_user: Sign, admin: Any) -> None:
    client = as_user(admin)
    busy = extract(state="uploaded", counts={})
    staging.tell(busy, 15_000)
    content = page(client, "extract", busy.pk)
    assert 'hx-trigger="every 3s"' in content
    assert "15,000 rows read so far." in content
    for state in ("read", "failed", "dropped", "done"):
        assert "hx-trigger" not in page(client, "extract", extract(state=state).pk)


def test_what_is_wrong_with_a_file_stands_next_to_its_field(as_user: Sign, admin: Any) -> None:
    data = {"file": SimpleUploadedFile("picture.xlsx", b"\x89PNG\r\n" + b"x" * 40), "extract_on": "2026-10-31"}
    answer = as_user(admin).post(reverse("registry:list"), data)
    assert answer.status_code == 422
    assert str(WHY["kind"]) in answer.content.decode()
    assert "2026-10-31" in answer.content.decode()
    assert RegistryImport.objects.count() == 0


def test_facts_are_shown_in_words_old_and_new(as_user: Sign, admin: Any) -> None:
    EnterpriseFactory(credit_code=credit_code.make(1), ownership="domestic", employees=5)
    data = table([*row(1), "外资"], heads=[*HEADS, "企业类型"])
    content = page(as_user(admin), "extract", uploaded(data, admin).pk)
    assert "Domestic → Foreign-invested" in content
    assert "5 → 12" in content
    assert "– → Fictional Subdistrict" in content
    assert "– → Micro" in content or "– → Small" in content


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("1,200", "CNY 32,000,000", "18 March 2021", "1,200", "Name in English")),
        ("zh-hans", ("3,200万元", "2021年3月18日", "1,200", "英文名称")),
    ],
)
def test_what_a_new_record_would_begin_with(as_user: Sign, language: str, said: tuple[str, ...]) -> None:
    text = (
        "统一社会信用代码,企业名称,英文名称,成立日期,从业人数,营业收入(万元)\n"
        f"{credit_code.make(3)},虚构潮汐有限公司,Tide (fictional),2021-03-18,1200,3200\n"
    )
    by = UserFactory(roles=["admin"], language=language)
    found = uploaded(text.encode(), by)
    with translation.override(language):
        url = reverse("registry:extract", args=[found.pk])
    content = re.sub(r"<[^>]+>", "", as_user(by).get(url).content.decode())
    for words in said:
        assert words in content


def test_what_stays_is_named(as_user: Sign, admin: Any) -> None:
    sources = {"employees": {"source": "declared", "on": "2026-11-20"}}
    EnterpriseFactory(credit_code=credit_code.make(1), employees=99, sources=sources)
    content = page(as_user(admin), "extract", uploaded(table(row(1)), admin).pk)
    assert "Stays as declared or verified: Employees" in content


def test_what_was_taken_in_is_listed_with_its_records(as_user: Sign, admin: Any) -> None:
    known = EnterpriseFactory(credit_code=credit_code.make(3), employees=5)
    found = taken(uploaded(table(row(1), row(2), row(3)), admin), admin)
    client = as_user(admin)
    content = page(client, "extract", found.pk)
    for kind in ("new", "changed"):
        assert reverse("registry:taken", args=[found.pk, kind]) in content
    new, changed = page(client, "taken", found.pk, "new"), page(client, "taken", found.pk, "changed")
    made = Enterprise.objects.get(credit_code=credit_code.make(1))
    assert reverse("home:record", args=[made.pk]) in new
    assert reverse("home:record", args=[known.pk]) in changed
    assert credit_code.make(3) not in new
    assert credit_code.make(1) not in changed


def test_nothing_of_a_kind(as_user: Sign, admin: Any) -> None:
    found = taken(uploaded(table(row(1)), admin), admin)
    client = as_user(admin)
    assert "Nothing of this kind was in the file." in page(client, "taken", found.pk, "changed")
    assert reverse("registry:taken", args=[found.pk, "changed"]) not in page(client, "extract", found.pk)


@pytest.mark.parametrize("doubtful", [True, False])
def test_doubtful_ones_are_listed_as_new_if_they_were_taken_in(as_user: Sign, admin: Any, doubtful: bool) -> None:
    EnterpriseFactory(name_zh_hans="虚构明月有限公司", credit_code=None)
    found = taken(uploaded(table(row(1, "虚构明月有限公司"), row(2)), admin), admin, doubtful=doubtful)
    content = page(as_user(admin), "taken", found.pk, "new")
    assert (credit_code.make(1) in content) is doubtful
    assert credit_code.make(2) in content


def test_a_merged_record_is_named_by_the_one_that_was_kept_and_was_not_taken_in(as_user: Sign, admin: Any) -> None:
    kept = EnterpriseFactory(credit_code=credit_code.make(7), name_en="The One That Stays Ltd")
    EnterpriseFactory(credit_code=credit_code.make(1), merged_into=kept)
    found, client = uploaded(table(row(1)), admin), as_user(admin)
    content = page(client, "extract", found.pk)
    assert "Known as:" in content
    assert credit_code.make(7) in content
    taken(found, admin, doubtful=True)
    assert credit_code.make(1) not in page(client, "taken", found.pk, "new")


@pytest.mark.parametrize(("state", "kind"), [("read", "new"), ("done", "wrong"), ("done", "same"), ("dropped", "new")])
def test_no_list_of_anything_else(as_user: Sign, admin: Any, state: str, kind: str) -> None:
    path = reverse("registry:taken", args=[extract(state=state).pk, kind])
    assert as_user(admin).get(path).status_code == 404


@pytest.mark.parametrize("role", ["", "steward", "editor", "leader", "auditor"])
def test_the_list_is_for_the_service_centre(as_user: Sign, role: str) -> None:
    path = reverse("registry:taken", args=[extract(state="done").pk, "new"])
    assert as_user(UserFactory(roles=[role] if role else [])).get(path).status_code == 404


@pytest.mark.parametrize("count", [1, 3, 30])
def test_queries_of_the_list_do_not_grow(as_user: Sign, admin: Any, django_assert_num_queries: Any, count: int) -> None:
    found = taken(uploaded(table(*(row(n) for n in range(count))), admin), admin)
    client = as_user(admin)
    with django_assert_num_queries(5):
        client.get(reverse("registry:taken", args=[found.pk, "new"]))
