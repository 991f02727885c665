"""The open data: what its API answers, what its document says of it, and that nobody leaves a trace by reading."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import resolve, reverse
from django.utils import timezone
from jsonschema import Draft202012Validator, FormatChecker

from policies.content import content_of
from policies.models import Policy, Revision
from policies.opendata.api_schema import FILTERS, openapi
from policies.opendata.api_views import SIZE
from portal.core.calendar import local_day
from portal.core.errors import went_wrong
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
API = "/api/v1/policies/"
SITE = "http://localhost:8000"
CRITERIA = [
    {"field": "district", "op": "eq", "value": "310109"},
    {"field": "rd_expense_ratio", "op": "gte", "value": 0.03, "clause_en": "Article 11", "clause_zh": "第十一条"},
    {"field": "size", "op": "in", "value": ["small", "medium"]},
    {"field": "listed", "op": "eq", "value": False},
]


def full(**fields: Any) -> Policy:
    """A policy of which everything is known, with two published versions."""
    known: dict[str, Any] = {
        "slug": "award",
        "title_en": "Award",
        "title_zh_hans": "奖励",
        "version": 2,
        "criteria": CRITERIA,
        "max_amount_cny": 200_000,
        "issued_on": local_day(),
        "window_closes": local_day(),
        "mode": "fast",
        "document_number": "虹府规〔2024〕5号",
        "source_url": "https://example.org/5",
        "source_note": "Inferred.",
        "department": DepartmentFactory(name_en="Bureau", name_zh_hans="某局"),
        "translated": ["title_en"],
        "stale": ["benefit_zh_hans"],
    }
    policy = PolicyFactory(**known | fields)
    for number, title in ((1, "Award, first"), (2, "Award")):
        content = content_of(policy) | {"title_en": title}
        Revision.objects.create(
            policy=policy, state="published", number=number, content=content, decided_at=timezone.now()
        )
    return policy


def checked(response: Any, template: str) -> Any:
    """The answer's content, after it was held against what the document says of that address and status."""
    answers = openapi()["paths"][template]["get"]["responses"]
    media = answers[str(response.status_code)]["content"]
    kind = response.headers["Content-Type"].partition(";")[0]
    schema = {"$ref": media[kind]["schema"]["$ref"], "components": openapi()["components"]}
    content = json.loads(response.content)
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(content)
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    return content


def listed(client: Client, **params: str) -> Any:
    return checked(client.get(API, params), "/policies/")


# --- what is answered ---------------------------------------------------------------------------------------------


def test_a_policy_as_data(client: Client) -> None:
    policy = full()
    data = checked(client.get(f"{API}award/"), "/policies/{slug}/")
    assert data["title"] == {"zh-Hans": "奖励", "en": "Award"}
    assert data["validity"] == {"code": "in_force", "zh-Hans": "有效", "en": "In force"}
    assert data["mode"]["code"] == "fast"
    assert (data["max_amount_cny"], data["window_closes"]) == (200_000, local_day().isoformat())
    assert (data["department"]["zh-Hans"], data["benefit"]) == ("某局", {"zh-Hans": None, "en": None})
    assert data["conditions"][1] == {
        "field": "rd_expense_ratio",
        "op": "gte",
        "value": 0.03,
        "clause": {"zh-Hans": "第十一条", "en": "Article 11"},
        "in_words": {
            "zh-Hans": "研发费用占营业收入比例不低于3%",
            "en": "R&D spending of at least 3% of revenue",
        },
    }
    assert (data["translated_for_reference"], data["out_of_date"]) == (["title.en"], ["benefit.zh-Hans"])
    assert data["links"]["page"]["zh-Hans"] == f"{SITE}/zh-hans/policies/award/"
    assert data["links"]["short"] == f"{SITE}/p/{policy.pk}"
    assert [version["number"] for version in data["versions"]] == [2, 1]
    assert data["changed_at"].endswith("+08:00")


def test_a_policy_of_which_little_is_known(client: Client) -> None:
    full(slug="old", replaced_by=PolicyFactory(slug="new"))
    PolicyFactory(slug="bare", title_en="", mode="", window_closes=None, repealed_on=local_day(), published_at=None)
    PolicyFactory(slug="thin", title_en="", mode="", repealed_on=local_day())
    thin = checked(client.get(f"{API}thin/"), "/policies/{slug}/")
    assert (thin["title"]["en"], thin["mode"], thin["links"]["calendar"], thin["versions"]) == (None, None, None, [])
    assert thin["validity"]["code"] == "repealed"
    assert checked(client.get(f"{API}old/"), "/policies/{slug}/")["replaced_by"] == "new"
    assert checked(client.get(f"{API}bare/"), "/policies/{slug}/")["status"] == 404


def test_a_version_as_it_was_published(client: Client) -> None:
    full()
    first = checked(client.get(f"{API}award/versions/1/"), "/policies/{slug}/versions/{number}/")
    assert (first["title"]["en"], first["number"], first["current"]) == ("Award, first", 1, False)
    assert first["links"]["policy"] == f"{SITE}{API}award/"
    second = checked(client.get(f"{API}award/versions/2/"), "/policies/{slug}/versions/{number}/")
    assert (second["title"]["en"], second["current"], second["department"]["en"]) == ("Award", True, "Bureau")


def test_drafts_and_versions_that_are_not_published_are_not_there(client: Client) -> None:
    policy = full()
    Revision.objects.create(policy=policy, content={"title_en": "Draft"}, author=UserFactory())
    draft = full(slug="draft", published_at=None)
    for address in ("draft/", "draft/versions/1/", "award/versions/3/", "award/versions/0/", "no-such/"):
        assert client.get(API + address).status_code == 404, address
    assert [each["slug"] for each in listed(client, validity="all")["policies"]] == ["award"]
    assert draft.title_en not in [each["slug"] for each in listed(client)["policies"]]


def test_the_filters_are_those_of_the_list(client: Client) -> None:
    full(category="talent")
    PolicyFactory(slug="gone", effective_to=local_day() - timedelta(days=1))
    PolicyFactory(slug="other", mode="no_application")
    for params, slugs in (
        ({}, {"award", "other"}),
        ({"validity": "all"}, {"award", "other", "gone"}),
        ({"category": "talent"}, {"award"}),
        ({"free": "1"}, {"other"}),
        ({"open": "1"}, {"award"}),
        ({"amount": "100000"}, {"award"}),
        ({"category": "galactic", "color": "red", "page": "x"}, {"award", "other"}),
        ({"q": "😀", "level": '"><script>'}, {"award", "other"}),
    ):
        assert {each["slug"] for each in listed(client, **params)["policies"]} == slugs, params


def test_pages_follow_each_other_and_new_policies_move_nothing(client: Client) -> None:
    Policy.objects.bulk_create(PolicyFactory.build(category="green") for _ in range(SIZE + 1))
    first = listed(client, category="green", page="2")
    assert len(first["policies"]) == SIZE
    assert first["next"].startswith(f"{SITE}{API}?category=green&after=")
    PolicyFactory(category="green")
    rest = checked(client.get(first["next"].removeprefix(SITE)), "/policies/")
    assert (len(rest["policies"]), rest["next"]) == (1, None)
    assert rest["policies"][0]["id"] < min(each["id"] for each in first["policies"])
    assert listed(client, after="1") == {"policies": [], "next": None}


def test_a_page_takes_as_many_queries_for_one_policy_as_for_many(
    client: Client, django_assert_num_queries: Callable[..., Any]
) -> None:
    for count in (1, 3):
        for _ in range(count):
            PolicyFactory(criteria=CRITERIA, department=DepartmentFactory())
        with django_assert_num_queries(2):  # the stamp, the policies; districts and sizes need no names from tables
            client.get(API)


# --- bad addresses ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "٣", "1e3", "9" * 30, "'; --", "eyJhIjoxfQ"])
def test_a_place_that_was_never_given_is_a_problem(client: Client, after: str) -> None:
    response = client.get(API, {"after": after})
    assert response.status_code == 400
    assert "“after”" in checked(response, "/policies/")["detail"]


def test_problems_are_told_as_data_in_the_readers_language(client: Client) -> None:
    for address, status in (
        (f"{API}?q=%00", 400),
        (f"{API}a%00b/", 400),
        (f"{API}%E6%94%BF/", 404),
        ("/api/v2/", 404),
        (f"{API}award/versions/{'9' * 40}/", 404),
        (f"{API}award/versions/{'9' * 5000}/", 404),
    ):
        response = client.get(address, headers={"accept-language": "zh-CN"})
        assert response.status_code == status, address
        assert response.headers["Content-Type"] == "application/problem+json"
        told = json.loads(response.content)
        assert (told["status"], told["type"]) == (status, "about:blank")
        assert any(char >= "\u4e00" for char in told["detail"])
    assert client.get(API.rstrip("/")).headers["Location"] == API


def test_what_goes_wrong_on_our_side_is_told_as_data_too() -> None:
    page, data = (went_wrong(RequestFactory().get(address)) for address in ("/en/policies/", API))
    assert (page.status_code, data.status_code) == (500, 500)
    assert data.headers["Content-Type"] == "application/problem+json"
    assert data.headers["Cache-Control"] == "no-store"
    assert page.headers["Content-Type"].startswith("text/html")


def test_it_is_only_read_and_any_site_may_ask(client: Client) -> None:
    posting = Client(enforce_csrf_checks=True).post(API, {"title": "x"})
    assert (posting.status_code, posting.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert "GET" in posting.json()["detail"]
    asked = client.options(API, headers={"origin": "https://example.org"})
    assert asked.status_code == 204
    assert "If-None-Match" in asked.headers["Access-Control-Allow-Headers"]
    for page in ("/en/policies/", "/en/open-data/", "/en/policies/feed.xml", "/en/policies/embed/"):
        assert "Access-Control-Allow-Origin" not in client.get(page).headers


# --- kept by caches -----------------------------------------------------------------------------------------------


def open_addresses() -> Iterator[str]:
    policy = Policy.objects.get(slug="award")
    for name, arguments in (
        *((f"open:{name}", []) for name in ("document", "policies", "sitemap", "robots")),
        *(("open:policy", ["award"]), ("open:version", ["award", 1]), ("open:qr-code", [policy.pk])),
        *((f"policies:{name}", []) for name in ("feed", "calendar", "embed")),
        ("policies:dates", ["award"]),
    ):
        yield reverse(name, args=arguments)


def test_nobody_leaves_a_trace_and_any_cache_may_keep_it(as_user: Callable[[Any], Client], settings: Any) -> None:
    full()
    settings.REQUIRE_STAFF_MFA = True  # nor is an official kept away who has no second factor yet
    for client in (Client(), as_user(UserFactory(roles=["editor"]))):
        for address in open_addresses():
            response = client.get(address, headers={"accept-language": "en"})
            assert (response.status_code, dict(response.cookies)) == (200, {}), address
            assert response.headers["Cache-Control"].startswith("public, max-age="), address
            assert "Vary" not in response.headers, address
            assert client.post(address).status_code == 405, address


def test_whoever_has_it_already_is_told_so(client: Client) -> None:
    policy = full(changed_at=timezone.now() - timedelta(days=3))
    plain = ("/robots.txt", f"/p/{policy.pk}.svg")
    for address in set(open_addresses()) - set(plain):
        first = client.get(address)
        tag, day = first.headers["ETag"], first.headers["Last-Modified"]
        for headers in ({"if-none-match": tag}, {"if-modified-since": day}):
            again = client.get(address, headers=headers)
            assert (again.status_code, again.content) == (304, b""), address
            assert again.headers["ETag"] == tag
            assert "Set-Cookie" not in again.headers
    tags = {address: client.get(address).headers["ETag"] for address in (API, f"{API}award/", "/en/policies/feed.xml")}
    Policy.objects.update(changed_at=timezone.now())
    for address, tag in tags.items():
        assert client.get(address, headers={"if-none-match": tag}).status_code == 200
    unpublished = client.get(f"{API}none/", headers={"if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT"})
    assert unpublished.status_code == 404


def test_tomorrow_the_answer_is_another_one(client: Client, time_machine: Any) -> None:
    policy = full(effective_to=local_day(), changed_at=timezone.now() - timedelta(days=3))
    first = client.get(API)
    time_machine.move_to(timezone.now() + timedelta(days=1))
    headers = {"if-none-match": first.headers["ETag"], "if-modified-since": first.headers["Last-Modified"]}
    assert client.get(API, headers=headers).json()["policies"] == []
    assert client.get(f"{API}{policy.slug}/").json()["validity"]["code"] == "expired"


# --- the document and the page ------------------------------------------------------------------------------------


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from [part["$ref"]] if "$ref" in part else []
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else []:
        yield from references(each)


def test_the_document_is_sound(client: Client) -> None:
    document = client.get("/api/v1/openapi.json").json()
    assert document == json.loads(json.dumps(openapi()))
    assert document["openapi"] == "3.1.0"
    schemas = document["components"]["schemas"]
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    assert {ref.removeprefix("#/components/schemas/") for ref in references(document)} <= set(schemas)
    for template, operations in document["paths"].items():
        path = template.replace("{slug}", "x").replace("{number}", "1")
        assert resolve(f"/api/v1{path}").namespace == "open"
        asked = {each["name"] for each in operations["get"]["parameters"] if each["in"] == "path"}
        assert asked == {name for name in ("slug", "number") if f"{{{name}}}" in template}
    asked = [each["name"] for each in document["paths"]["/policies/"]["get"]["parameters"]]
    assert asked == ["q", *FILTERS, "after"]
    assert document["info"]["title"] == "虹口区惠企政策 / Policies for enterprises in Hongkou"


@pytest.mark.parametrize(("language", "words"), [("en", "No account and no key"), ("zh-hans", "无需账号")])
def test_the_page_explains_it_and_the_footer_leads_there(
    client: Client, language: str, words: str, settings: Any
) -> None:
    text = client.get(f"/{language}/open-data/").content.decode()
    assert words in text
    for address in (API, "/api/v1/openapi.json", f"/{language}/policies/feed.xml", "/calendar.ics", "/sitemap.xml"):
        assert f"{SITE}{address}" in text or address in text
    assert f"&lt;iframe src=&quot;{SITE}/{language}/policies/embed/" in text.replace('"', "&quot;")
    assert f'href="/{language}/open-data/"' in client.get(f"/{language}/").content.decode()
    settings.EMBED_ALLOWED = ["https://park.example"]
    assert text != client.get(f"/{language}/open-data/").content.decode()
