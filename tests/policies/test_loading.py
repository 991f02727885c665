"""A data file enters as published versions, or not at all."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from policies.content import content_of
from policies.exchange import loading
from policies.exchange.loading import DATA, Malformed, load_file, load_records, split_contact
from policies.models import Policy, Revision
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def record(**fields: Any) -> dict[str, Any]:
    return {
        "id": "fictional-award",
        "title_zh": "虚构奖励",
        "title_en": "Fictional award",
        "level": "district",
        "issuing_body_zh": "虚构委员会",
        "issuing_body_en": "Fictional Commission",
        "document_number": "虚府规〔2024〕5号",
        "issued_on": "2024-01-05",
        "effective_from": "2024-02-01",
        "effective_to": "2029-01-31",
        "category": "finance",
        "support_type": "subsidy",
        "summary_zh": "摘要",
        "summary_en": "Summary",
        "benefit_zh": "最高20万元",
        "benefit_en": "Up to CNY 200,000",
        "max_amount_cny": 200000,
        "eligibility": [{"field": "district", "op": "eq", "value": "310109"}],
        "materials_zh": ["申请表", "营业执照"],
        "materials_en": ["Form", "Licence"],
        "apply_window": {"opens": "2024-03-01", "closes": "2024-04-30"},
        "how_to_apply_zh": None,
        "how_to_apply_en": None,
        "contact": "虚构委员会 / Fictional Commission 021-25015326",
        "source_url": "https://example.org/5",
        "confidence": "low",
        "translated": ["title_en", "issuing_body_zh"],
        "source_note": "Inferred.",
    } | fields


def test_a_record_becomes_a_published_policy_with_its_first_version() -> None:
    assert load_records([record()]) == {"new": 1}
    policy = Policy.objects.get(slug="fictional-award")
    assert (policy.title_zh_hans, policy.title_en) == ("虚构奖励", "Fictional award")
    assert policy.materials_en == "Form\nLicence"
    assert (policy.window_opens, policy.window_closes) == (date(2024, 3, 1), date(2024, 4, 30))
    assert policy.how_to_apply_zh_hans == ""
    assert policy.translated == ["title_en", "issuer_zh_hans"]
    assert (policy.confidence, policy.source_note, policy.source_url) == ("low", "Inferred.", "https://example.org/5")
    assert policy.published_at
    assert policy.version == 1
    revision = policy.revisions.get()
    assert (revision.state, revision.number, revision.author) == ("published", 1, None)
    assert revision.content["title_en"] == "Fictional award"
    assert revision.content["criteria"] == policy.criteria == record()["eligibility"]


def test_what_the_file_does_not_know_stays_empty() -> None:
    texts = ["issuing_body_zh", "issuing_body_en", "document_number", "contact", "source_url"]
    facts = ["issued_on", "effective_from", "effective_to", "max_amount_cny", "apply_window"]
    unknown = dict.fromkeys([*texts, *facts, "materials_zh", "materials_en"])
    load_records([record(**unknown, eligibility=[])])
    policy = Policy.objects.get()
    assert (policy.issued_on, policy.effective_to, policy.max_amount_cny, policy.window_closes) == (None,) * 4
    assert (policy.issuer_en, policy.document_number, policy.contact_en, policy.source_url) == ("",) * 4
    assert policy.criteria == []


def test_running_again_changes_nothing_and_a_changed_record_makes_a_new_version() -> None:
    load_records([record()])
    before = Policy.objects.get()
    assert load_records([record()]) == {"unchanged": 1}
    assert Policy.objects.get().changed_at == before.changed_at
    assert load_records([record(benefit_en="Up to CNY 300,000", max_amount_cny=300000)]) == {"changed": 1}
    after = Policy.objects.get()
    assert (after.version, after.max_amount_cny, after.published_at) == (2, 300000, before.published_at)
    assert after.changed_at > before.changed_at
    assert list(after.revisions.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_the_file_never_overwrites_what_people_published() -> None:
    load_records([record()])
    policy = Policy.objects.get()
    Revision.objects.create(policy=policy, state="published", number=2, author=UserFactory(), content={})
    Policy.objects.update(title_en="Corrected by an official", version=2)
    assert load_records([record()]) == {"kept": 1}
    assert Policy.objects.get().title_en == "Corrected by an official"


def test_the_loaded_texts_are_found_by_searching() -> None:
    load_records([record()])
    search = Policy.objects.values_list("search", flat=True).get()
    assert "'〔2024〕5号'" in search
    assert "'award'" in search
    assert "'奖励'" in search


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"surprise": 1}, "surprise", "not a known field"),
        ({"title_zh": ""}, "title_zh", "both languages"),
        ({"title_en": None}, "title_en", "both languages"),
        ({"title_en": "x" * 301}, "title_en", "longer than 300"),
        ({"title_en": "   "}, "title_en", "no readable text"),
        ({"summary_en": "a\x00b"}, "summary_en", "NUL"),
        ({"summary_en": 5}, "summary_en", "must be text"),
        ({"category": "magic"}, "category", "“magic” is unknown"),
        ({"level": None}, "level", "unknown"),
        ({"support_type": ["subsidy"]}, "support_type", "unknown"),
        ({"mode": "instant"}, "mode", "unknown"),
        ({"confidence": "medium"}, "confidence", "unknown"),
        ({"issued_on": "2024-02-30"}, "issued_on", "not a date"),
        ({"issued_on": "20240105"}, "issued_on", "not a date"),
        ({"effective_to": 2024}, "effective_to", "not a date"),
        ({"effective_from": "2030-01-01"}, "effective_to", "lies before effective_from"),
        ({"apply_window": {"opens": "2024-05-01", "closes": "2024-04-30"}}, "apply_window", "before it opens"),
        ({"apply_window": "always"}, "apply_window", "opens and closes"),
        ({"apply_window": {"opens": "soon"}}, "apply_window", "not a date"),
        ({"max_amount_cny": -1}, "max_amount_cny", "not below 0"),
        ({"max_amount_cny": True}, "max_amount_cny", "whole number"),
        ({"max_amount_cny": 2**63}, "max_amount_cny", "whole number"),
        ({"source_url": "javascript:alert(1)"}, "source_url", "http or https"),
        ({"source_url": "https://e.org/" + "a" * 500}, "source_url", "longer than 500"),
        ({"materials_zh": "申请表"}, "materials_zh", "must be a list"),
        ({"materials_zh": [""]}, "materials_zh", "is empty"),
        ({"translated": ["price_en"]}, "translated", "text fields"),
        ({"eligibility": [{"field": "magic", "op": "eq", "value": 1}]}, "eligibility", "condition 1 (magic)"),
        ({"eligibility": "all"}, "eligibility", "list of conditions"),
        ({"id": "no spaces please"}, "id", "letters, digits and hyphens"),
        ({"id": "x" * 101}, "id", "longer than 100"),
    ],
)
def test_a_malformed_record_is_named_with_its_field_and_nothing_is_stored(
    fields: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(Malformed) as caught:
        load_records([record(id="sound-one"), record(**fields)])
    (fault,) = caught.value.faults
    assert fault.record == fields.get("id", "fictional-award")
    assert fault.field == field
    assert words in fault.message
    assert not Policy.objects.exists()


def test_faults_of_the_whole_file() -> None:
    with pytest.raises(Malformed, match="must be a list"):
        load_records({"policies": []})
    with pytest.raises(Malformed, match="record 1: is not an object"):
        load_records(["text"])
    with pytest.raises(Malformed, match="fictional-award: id: occurs twice"):
        load_records([record(), record()])
    missing = record()
    del missing["category"], missing["id"]
    with pytest.raises(Malformed) as caught:
        load_records([missing])
    assert [(f.record, f.field) for f in caught.value.faults] == [("record 1", "category"), ("record 1", "id")]


def test_nothing_changes_when_a_later_record_of_a_second_run_is_malformed() -> None:
    load_records([record()])
    with pytest.raises(Malformed):
        load_records([record(title_en="New title"), record(id="bad", category="magic")])
    assert Policy.objects.get().title_en == "Fictional award"


@pytest.mark.parametrize("content", [b"{not json", b"\xff\xfe\x00", "“[]”".encode("gb18030"), b"[" * 100_000])
def test_the_command_says_what_is_wrong_with_a_file_that_is_no_json(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "policies.json"
    file.write_bytes(content)
    with pytest.raises(CommandError, match="nothing was changed"):
        call_command("load_policies", str(file))


def test_the_command_names_record_and_field(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "policies.json"
    many = [record(id=f"bad-{n}", category="magic") for n in range(25)]
    file.write_text(json.dumps(many), encoding="utf-8")
    with pytest.raises(CommandError, match=r"bad-0: category: “magic” is unknown[\s\S]*and 5 more"):
        call_command("load_policies", str(file))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("load_policies", str(tmp_path / "missing.json"))
    file.write_text(json.dumps([record()]), encoding="utf-8-sig")
    call_command("load_policies", str(file))
    assert "1 new, 0 changed, 0 unchanged, 0 kept" in capsys.readouterr().out


def test_the_portals_own_data_are_sound_and_keep_where_they_come_from() -> None:
    records = json.loads(DATA.read_text(encoding="utf-8"))
    assert load_file(DATA) == {"new": len(records)}
    assert load_file(DATA) == {"unchanged": len(records)}
    assert len(records) == 80
    assert Policy.objects.published().filter(confidence="low").count() == 27
    assert Policy.objects.exclude(source_url="").count() == 75


@pytest.mark.parametrize(
    ("contact", "chinese", "english"),
    [
        ("虚构局 / Fictional Bureau 021-25015326", "虚构局 021-25015326", "Fictional Bureau 021-25015326"),
        ("虚构科 / Section 021-25658349, 021-25658338", "虚构科 021-25658349, 021-25658338", None),
        ("虚构科 / Fictional Section", "虚构科", "Fictional Section"),
        ("12367 服务热线 / hotline", "12367 服务热线", "12367 hotline"),
        ("021-25015326", "021-25015326", "021-25015326"),
        ("", "", ""),
    ],
)
def test_a_contact_is_split_by_language_and_its_number_kept_in_both(
    contact: str, chinese: str, english: str | None
) -> None:
    split = split_contact(contact)
    assert split == (chinese, english or contact.partition(" / ")[2])


def test_a_record_says_the_same_as_the_content_of_its_policy() -> None:
    load_records([record()])
    kept = content_of(Policy.objects.get())
    expected = loading.content_from(record())
    assert {column: kept[column] for column in expected} == expected
