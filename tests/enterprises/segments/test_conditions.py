"""A segment's conditions: each kind, together, at the moment of use, and in words."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from enterprises.models import Enterprise
from enterprises.segments.conditions import Conditions
from enterprises.segments.forms import SegmentForm, asked_by
from enterprises.segments.queries import chosen, in_use, preview
from portal.core.calendar import local_day
from tests.factories.enterprises import (
    EnterpriseFactory,
    IndustryFactory,
    ParkFactory,
    SubdistrictFactory,
    TitleFactory,
)
from tests.factories.tiers import segment, tag, tagged

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


def of(**conditions: Any) -> Conditions:
    return Conditions.of({"here": False, **conditions})


def who(conditions: Conditions, day: date = DAY) -> set[str]:
    return {row.name_en for row in conditions.rows(day)}  # type: ignore[attr-defined]


class TestEachKind:
    @pytest.mark.parametrize(
        ("tiers", "found"),
        [
            (["district"], {"d"}),
            (["district", "municipal"], {"d", "m"}),
            (["none"], {"n"}),
            (["none", "subdistrict"], {"n", "s"}),
            (["national"], set()),
        ],
    )
    def test_tiers(self, tiers: list[str], found: set[str]) -> None:
        for name, tier in (("m", "municipal"), ("d", "district"), ("s", "subdistrict"), ("n", "")):
            EnterpriseFactory(name_en=name, tier=tier)
        assert who(of(tiers=tiers)) == found

    @pytest.mark.parametrize(
        ("codes", "found"),
        [
            (["I65"], {"I65"}),
            (["I"], {"I65", "I64", "I"}),
            (["I-"], {"I"}),
            (["-"], {"none"}),
            (["I64", "F51"], {"I64", "F51"}),
            (["I-", "-"], {"I", "none"}),
            (["Z"], set()),
        ],
    )
    def test_industries(self, codes: list[str], found: set[str]) -> None:
        for code in ("I65", "I64", "I", "F51"):
            EnterpriseFactory(name_en=code, industry=IndustryFactory(code=code))
        EnterpriseFactory(name_en="none")
        assert who(of(industries=codes)) == found

    @pytest.mark.parametrize(
        ("kind", "keys", "found"),
        [
            ("subdistricts", ["310109014"], {"there"}),
            ("subdistricts", ["-"], {"nowhere"}),
            ("subdistricts", ["-", "310109014"], {"there", "nowhere"}),
            ("parks", ["fictional-park"], {"there"}),
            ("parks", ["-"], {"nowhere"}),
            ("parks", ["no-such"], set()),
        ],
    )
    def test_places(self, kind: str, keys: list[str], found: set[str]) -> None:
        EnterpriseFactory(name_en="there", subdistrict=SubdistrictFactory(), park=ParkFactory())
        EnterpriseFactory(name_en="nowhere")
        assert who(of(**{kind: keys})) == found

    def test_sizes_and_ownership(self) -> None:
        EnterpriseFactory(name_en="small", size="small", ownership="foreign")
        EnterpriseFactory(name_en="micro", size="micro", ownership="joint")
        EnterpriseFactory(name_en="open")
        assert who(of(sizes=["small", "micro"])) == {"small", "micro"}
        assert who(of(ownerships=["foreign"])) == {"small"}

    @pytest.mark.parametrize(
        ("expires", "found"),
        [
            (None, {"holder"}),
            (DAY, {"holder"}),
            (DAY - timedelta(days=1), set()),
            (DAY + timedelta(days=1), {"holder"}),
        ],
    )
    def test_titles_that_are_valid(self, expires: date | None, found: set[str]) -> None:
        EnterpriseFactory(name_en="holder").title_grants.create(title=TitleFactory(), expires_on=expires)
        EnterpriseFactory(name_en="other")
        assert who(of(titles=["high_tech_enterprise"])) == found

    def test_tags(self) -> None:
        word, other = tag(), tag()
        tagged(EnterpriseFactory(name_en="one"), word)
        tagged(EnterpriseFactory(name_en="two"), other)
        assert who(of(tags=[str(word.pk)])) == {"one"}
        assert who(of(tags=[str(word.pk), str(other.pk)])) == {"one", "two"}
        assert who(of(tags=["0", "x"])) == set()

    @pytest.mark.parametrize(
        ("standings", "found"),
        [
            ([], {"active", "leaving"}),
            (["left"], {"left"}),
            (["active"], {"active"}),
            (["closed", "left"], {"closed", "left"}),
        ],
    )
    def test_standing_and_never_a_merged_record(self, standings: list[str], found: set[str]) -> None:
        for name in ("active", "leaving", "left", "closed"):
            kept = EnterpriseFactory(name_en=name, standing=name, tier="district")
        EnterpriseFactory(name_en="double", merged_into=kept, tier="district")
        assert who(of(tiers=["district"], standings=standings)) == found

    @pytest.mark.parametrize(
        ("years", "found"), [(1, {"new"}), (3, {"new", "young"}), (4, {"new", "young"}), (5, {"new", "young", "older"})]
    )
    def test_founded_within(self, years: int, found: set[str]) -> None:
        for name, day in (("new", DAY), ("young", date(2024, 1, 1)), ("older", date(2022, 11, 23)), ("x", None)):
            EnterpriseFactory(name_en=name, founded_on=day)
        assert who(of(founded_within=years)) == found

    def test_the_last_of_february(self) -> None:
        EnterpriseFactory(name_en="new", founded_on=date(2027, 3, 1))
        assert who(of(founded_within=1), date(2028, 2, 29)) == {"new"}

    @pytest.mark.parametrize(
        ("low", "high", "found"),
        [(10, None, {"ten", "fifty"}), (None, 10, {"one", "ten"}), (2, 49, {"ten"}), (11, 11, set())],
    )
    def test_employees(self, low: int | None, high: int | None, found: set[str]) -> None:
        for name, count in (("one", 1), ("ten", 10), ("fifty", 50), ("unknown", None)):
            EnterpriseFactory(name_en=name, employees=count)
        assert who(of(employees_from=low, employees_to=high)) == found

    def test_registered_here_or_not_known_where(self) -> None:
        for name, district in (("here", "310109"), ("unknown", ""), ("elsewhere", "310101")):
            EnterpriseFactory(name_en=name, district=district)
        assert who(Conditions()) == {"here", "unknown"}
        assert who(of()) == {"here", "unknown", "elsewhere"}


class TestTogether:
    def test_the_kinds_narrow_each_other(self) -> None:
        park = ParkFactory()
        EnterpriseFactory(name_en="both", park=park, tier="district")
        EnterpriseFactory(name_en="tier", tier="district")
        EnterpriseFactory(name_en="park", park=park)
        assert who(of(parks=[park.pk], tiers=["district"])) == {"both"}

    def test_nobody_is_found_twice(self) -> None:
        one = EnterpriseFactory()
        for word in (words := [tag(), tag(), tag()]):
            tagged(one, word)
        one.title_grants.create(title=TitleFactory())
        one.title_grants.create(title=TitleFactory(code="srdi"))
        rows = of(tags=[str(word.pk) for word in words], titles=["srdi", "high_tech_enterprise"]).rows()
        assert rows.count() == 1

    def test_looked_up_at_each_use(self) -> None:
        one = EnterpriseFactory(tier="district")
        row = segment(tiers=["district"])
        assert preview(Conditions.of(row.conditions))["count"] == 1
        Enterprise.objects.filter(pk=one.pk).update(tier="")
        assert preview(Conditions.of(row.conditions)) == {"count": 0, "more": False, "first": []}

    def test_the_first_ten(self, django_assert_num_queries: Any) -> None:
        EnterpriseFactory.create_batch(12, tier="district", industry=IndustryFactory())
        with django_assert_num_queries(2):
            found = preview(of(tiers=["district"]))
            assert {row.industry.code for row in found["first"]} == {"I65"}
        assert (found["count"], len(found["first"])) == (12, 10)


class TestKept:
    FULL: dict[str, Any] = {
        "tiers": ("district",), "industries": ("I65",), "subdistricts": ("310109014",), "parks": ("fictional-park",),
        "sizes": ("small",), "ownerships": ("foreign",), "titles": ("high_tech_enterprise",), "tags": ("1",),
        "standings": ("active",),
        "founded_within": 3, "employees_from": 5, "employees_to": 50, "here": True,
    }  # fmt: skip

    def test_there_and_back(self) -> None:
        assert Conditions.of(self.FULL).kept() == self.FULL
        assert Conditions.of(Conditions.of(self.FULL).kept()) == Conditions.of(self.FULL)

    @pytest.mark.parametrize("kept", [{}, {"tiers": None}, {"unknown": ["x"]}, {"founded_within": 0}, {"tiers": []}])
    def test_what_says_nothing(self, kept: dict[str, Any]) -> None:
        assert not Conditions.of(kept)
        assert Conditions.of(kept).kept() == {"here": True}

    def test_in_words_of_both_languages(self) -> None:
        for make in (IndustryFactory, SubdistrictFactory, ParkFactory, TitleFactory):
            make()
        word = tag("Export")
        conditions = Conditions.of({**self.FULL, "tags": [str(word.pk)], "tiers": ["district", "none"]})
        with translation.override("en"):
            assert conditions.words() == [
                "District key enterprise or not a key enterprise",
                "I65 Software and Information Technology Services",
                "Jiaxing Road Subdistrict",
                "Fictional Park",
                "Small",
                "Foreign-invested",
                "High-tech enterprise",
                "Export",
                "operating",
                "founded within 3 years",
                "employees from 5",
                "employees up to 50",
                "registered in Hongkou, or not known where",
            ]
        with translation.override("zh-hans"):
            said = conditions.words()
            assert "嘉兴路街道" in said
            assert "Export（中）" in said

    def test_not_known_in_words(self) -> None:
        with translation.override("en"):
            said = of(subdistricts=["-"], parks=["-"], industries=["-"]).words()
        assert said == ["Industry not known", "Subdistrict not known", "In no park or building, or not known"]


class TestFromTheMap:
    @pytest.mark.parametrize(
        ("address", "kept"),
        [
            ({"area": "310109014"}, {"subdistricts": ("310109014",)}),
            ({"area": "310109014", "park": "tower"}, {"subdistricts": ("310109014",), "parks": ("tower",)}),
            ({"industry": "I65"}, {"industries": ("I65",)}),
            ({"industry": "I-"}, {"industries": ("I-",)}),
            ({"area": "-", "industry": "-"}, {"subdistricts": ("-",), "industries": ("-",)}),
            ({"measure": "employees", "period": "2026q1"}, {}),
            ({"area": ""}, {}),
        ],
    )
    def test_place_and_industry(self, address: dict[str, str], kept: dict[str, Any]) -> None:
        assert asked_by(address).kept() == {**kept, "here": True}

    def test_odd_words_are_cut(self) -> None:
        assert asked_by({"area": "x" * 500 + "\0"}).subdistricts == ("x" * 80,)


class TestTheForm:
    def data(self, **other: Any) -> dict[str, Any]:
        return {"name": "№ 1", "tiers": ["district"], **other}

    def test_all_kinds(self) -> None:
        for make in (IndustryFactory, SubdistrictFactory, ParkFactory, TitleFactory):
            make()
        word = tag()
        full = {**TestKept.FULL, "tags": (str(word.pk),)}
        data = {name: list(value) if isinstance(value, tuple) else value for name, value in full.items()}
        form = SegmentForm({**data, "name": "№ 1", "industries": "i65", "here": "on"})
        assert form.is_valid(), form.errors
        assert form.conditions().kept() == full

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"name": ""}, "name"),
            ({"name": "x" * 81}, "name"),
            ({"name": "\u200b"}, "name"),
            ({"tiers": ["national"]}, "tiers"),
            ({"industries": "Q99"}, "industries"),
            ({"parks": ["no-such"]}, "parks"),
            ({"tags": ["999"]}, "tags"),
            ({"founded_within": "0"}, "founded_within"),
            ({"founded_within": "long"}, "founded_within"),
            ({"employees_from": "-1"}, "employees_from"),
            ({"employees_from": "50", "employees_to": "10"}, "employees_to"),
        ],
    )
    def test_what_is_wrong(self, fields: dict[str, Any], field: str) -> None:
        form = SegmentForm(self.data(**fields))
        assert not form.is_valid()
        assert list(form.errors) == [field]

    def test_a_retired_tag_is_offered_only_where_it_is_asked_already(self) -> None:
        word = tag(retired_at="2026-01-01T00:00Z")
        assert not SegmentForm(self.data(tags=[str(word.pk)])).is_valid()
        assert SegmentForm(self.data(tags=[str(word.pk)]), conditions=of(tags=[str(word.pk)])).is_valid()


class TestChoosing:
    def test_those_in_use_by_name(self) -> None:
        late, early = segment("Zebra"), segment("Apple")
        gone = segment("Gone")
        gone.retired_at = "2026-01-01T00:00Z"
        gone.save()
        assert list(in_use()) == [early, late]
        assert chosen(str(late.pk)) == late
        assert chosen(str(gone.pk)) is None

    @pytest.mark.parametrize("key", ["", "x", "-1", "0", "999999", "9" * 40, "²", "1 OR 1=1"])
    def test_anything_else_is_none(self, key: str) -> None:
        segment()
        assert chosen(key) is None


def test_today_is_the_day() -> None:
    EnterpriseFactory(name_en="new", founded_on=local_day())
    assert of(founded_within=1).rows().count() == 1
