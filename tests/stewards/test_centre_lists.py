"""Every list of the service centre: constant queries at any length, both languages, nonsense in the address."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from portal.core.calendar import local_day
from stewards.models import Reminder, ReminderRule
from tests.factories.accounts import DepartmentFactory, StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory, ParkFactory, SubdistrictFactory
from tests.factories.notices import MessageFactory
from tests.factories.stewards import HelpRequestFactory, StewardshipFactory, accepted

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def centre(as_user: Any, admin_user: Any) -> Client:
    return as_user(admin_user)


def page(client: Client, path: str, data: Any = None, language: str = "en") -> str:
    response = client.get(f"/{language}/centre/{path}", data)
    assert response.status_code == 200
    return response.content.decode()


def remind() -> None:
    request = accepted()
    Reminder.objects.create(
        request=request,
        rule=ReminderRule.objects.get(code="overdue"),
        cycle="1",
        recipient=request.steward,
        message=MessageFactory(recipient=request.steward),
    )


_places = iter(range(10_000))


def place() -> None:
    number = next(_places)
    park = ParkFactory(slug=f"park-{number}", name_zh_hans=f"园区{number}", name_en=f"Park {number}")
    StewardshipFactory(scope="park", enterprise=None, park=park)


def past_steward() -> None:
    day = local_day() - timedelta(days=StewardshipFactory._meta.model.objects.count() + 10)
    StewardshipFactory(enterprise=EnterpriseFactory._meta.model.objects.first(), starts_on=day, ends_on=day)


# path: (how one more row comes about, the literal number of queries)
LISTS: dict[str, tuple[Any, int]] = {
    "unassigned/": (HelpRequestFactory, 6),
    "stewards/": (lambda: StewardshipFactory(enterprise=EnterpriseFactory(tier="district")), 4),
    "stewards/?show=all": (EnterpriseFactory, 3),
    "stewards/?show=missing": (lambda: EnterpriseFactory(tier="district"), 3),
    "stewards/places/": (place, 4),
    "reminders/": (remind, 3),
    "reminders/?rule=overdue": (remind, 3),
    "reminders/rules/": (remind, 3),
    "people/": (lambda: StewardFactory(department=DepartmentFactory()), 3),
    "claims/": (lambda: MembershipFactory(state="claimed"), 3),
    "messages/": (MessageFactory, 3),
    "messages/?state=queued": (MessageFactory, 3),
    "calendar/": (StewardFactory, 4),
}


@pytest.mark.parametrize("path", LISTS)
def test_queries_do_not_grow_with_the_rows(centre: Client, path: str, django_assert_num_queries: Any) -> None:
    one_more, queries = LISTS[path]
    for more in (1, 2, 27):
        for _n in range(more):
            one_more()
        with django_assert_num_queries(queries):
            page(centre, path)


def test_an_enterprise_with_a_long_history_of_stewards(centre: Client, django_assert_num_queries: Any) -> None:
    enterprise = EnterpriseFactory()
    for more in (1, 2, 27):
        for _n in range(more):
            past_steward()
        with django_assert_num_queries(5):
            text = page(centre, f"stewards/enterprise/{enterprise.pk}/")
    assert text.count('data-label="Ends on"') == 20


@pytest.mark.parametrize("path", ["unassigned/", "stewards/", "reminders/", "people/", "messages/", "claims/"])
@pytest.mark.parametrize("cursor", ["x", "00", "eyJ4Ijoi", "W10", "-1", "😀", "a" * 3_000, "'; DROP TABLE x"])
def test_a_cursor_that_means_nothing_shows_the_first_page(centre: Client, path: str, cursor: str) -> None:
    assert page(centre, path, {"cursor": cursor}) is not None


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("stewards/", {"q": HOSTILE, "show": HOSTILE}),
        ("stewards/", {"q": "%_\\", "show": ["all", "missing"]}),
        ("stewards/", {"q": "\u202eABC"}),
        ("reminders/", {"rule": HOSTILE, "number": HOSTILE, "recipient": HOSTILE}),
        ("reminders/", {"number": "x" * 5_000, "recipient": "😀" * 200}),
        ("messages/", {"state": HOSTILE, "recipient": HOSTILE}),
        ("messages/", {"state": "sent", "recipient": "@" * 500}),
        ("people/", {"page": "999999", "role": "emperor"}),
        ("unassigned/", {"page": "-1", "steward": "x"}),
        ("calendar/", {"year": "yes"}),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_filters_that_mean_nothing_are_shown_as_text_and_stop_nothing(
    centre: Client, path: str, data: dict[str, Any], language: str
) -> None:
    assert HOSTILE not in page(centre, path, data, language)


def fill() -> dict[str, str]:
    """One of everything, with names that carry markup in one language alone."""
    department = DepartmentFactory(name_zh_hans="部门甲", name_en="Department A")
    steward = StewardFactory(name_zh="管家甲", name_en="Steward A", department=department)
    park = ParkFactory(slug="p", name_zh_hans="园区甲", name_en="Park A")
    SubdistrictFactory(code="310109999", name_zh_hans="街道甲", name_en="Subdistrict A")
    enterprise = EnterpriseFactory(tier="district", name_zh_hans="企业甲", name_en="Enterprise A", park=park)
    StewardshipFactory(enterprise=enterprise, steward=steward)
    late = accepted(steward, enterprise=enterprise, subject=HOSTILE, due_on=local_day() - timedelta(days=2))
    HelpRequestFactory(enterprise=enterprise, subject=HOSTILE)
    Reminder.objects.create(
        request=late,
        rule=ReminderRule.objects.get(code="overdue"),
        cycle="1",
        recipient=steward,
        message=MessageFactory(recipient=steward),
    )
    MembershipFactory(
        state="claimed", enterprise=enterprise, user=UserFactory(name_zh="申请人甲", name_en="Claimant A")
    )
    return {"enterprise": str(enterprise.pk), "steward": str(steward.pk)}


PAGES = {
    "": ["Enterprise A", "Department A", "Steward A"],
    "unassigned/": ["Enterprise A", "Steward A · Department A"],
    "stewards/": ["Enterprise A", "Steward A"],
    "stewards/places/": ["Park A"],
    "stewards/places/?kind=subdistrict": ["Subdistrict A"],
    "stewards/enterprise/{enterprise}/": ["Enterprise A", "Steward A"],
    "reminders/": ["Steward A"],
    "people/": ["Steward A", "Department A"],
    "people/{steward}/": ["Steward A", "Department A"],
    "claims/": ["Enterprise A", "Claimant A"],
}
CHINESE = {
    "Enterprise A": "企业甲",
    "Department A": "部门甲",
    "Steward A": "管家甲",
    "Park A": "园区甲",
    "Subdistrict A": "街道甲",
    "Claimant A": "申请人甲",
}


@pytest.mark.parametrize("path", PAGES)
def test_each_page_names_people_and_places_in_its_language(centre: Client, path: str) -> None:
    keys = fill()
    english = page(centre, path.format(**keys))
    chinese = page(centre, path.format(**keys), language="zh-hans")
    for name in PAGES[path]:
        words = name
        translated = " · ".join(CHINESE[part] for part in words.split(" · "))
        assert words in english
        assert translated in chinese
    assert HOSTILE not in english + chinese


@pytest.mark.parametrize("path", [*PAGES, "reminders/rules/", "reminders/rules/overdue/", "calendar/", "people/new/"])
def test_no_english_sentence_is_left_on_a_chinese_page(centre: Client, path: str) -> None:
    keys = fill()
    text = page(centre, path.format(**keys), language="zh-hans")
    body = text[text.index("<main") : text.index("</main>")]
    seen = re.sub(r"<[^>]+>|alert\(1\)|&\w+;|[\w.]+@[\w.]+|T-\d+|Fictional \w+( \d+)?|Person \d+|Ada Admin", " ", body)
    assert not re.search(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}", seen), seen


@pytest.mark.parametrize(
    ("path", "english", "chinese"),
    [
        ("unassigned/", "steward", "管家"),
        ("reminders/", "reminder", "提醒"),
        ("claims/", "claim", "认领"),
        ("stewards/", "key enterprise", "重点企业"),
    ],
)
def test_an_empty_list_says_what_it_would_hold(centre: Client, path: str, english: str, chinese: str) -> None:
    assert english in page(centre, path).lower()
    assert chinese in page(centre, path, language="zh-hans")
    assert "<table" not in page(centre, path)
