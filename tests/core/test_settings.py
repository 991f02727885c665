"""What the environment makes of the settings: read afresh for each case, in this process."""

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

FILE = Path(__file__).resolve().parents[2] / "portal" / "settings.py"
NEEDED = {
    "SECRET_KEY": "k" * 60,
    "DATABASE_URL": "postgresql://portal:pw@db.example:5433/district",
    "REDIS_URL": "redis://valkey.example:6379",
    "ALLOWED_HOSTS": "portal.example.org,www.portal.example.org",
}
OTHERS = (
    *("PORTAL_MODE", "EMAIL_URL", "DEFAULT_FROM_EMAIL", "SITE_URL", "MEDIA_ROOT", "STATIC_ROOT", "REQUIRE_STAFF_MFA"),
    *("CSRF_TRUSTED_ORIGINS", "TRUSTED_PROXY_COUNT", "SECRET_KEY_FALLBACKS", "SECURE_SSL_REDIRECT"),
    *("SECURE_HSTS_SECONDS", "LOG_LEVEL", "REMINDER_HOUR", "BEAT_SPEED", "EMBED_ALLOWED"),
)
Read = Callable[..., dict[str, Any]]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Read:
    """The settings as they are with these variables and no others; None takes one of the needed away."""

    def run(**given: str | None) -> dict[str, Any]:
        for name in (*NEEDED, *OTHERS):
            monkeypatch.delenv(name, raising=False)
        for name, value in {**NEEDED, **given}.items():
            if value is not None:
                monkeypatch.setenv(name, value)
        return runpy.run_path(str(FILE))

    return run


# --- refusals -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("empty", [None, ""])
@pytest.mark.parametrize("name", NEEDED)
def test_production_names_what_is_missing(read: Read, name: str, empty: str | None) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"The portal cannot start: {name} not set") as refused:
        read(**{name: empty})
    assert "bin/demo" in str(refused.value)
    assert "docs/deployment.md" in str(refused.value)


def test_all_that_is_missing_is_named_at_once(read: Read) -> None:
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY, DATABASE_URL, REDIS_URL, ALLOWED_HOSTS not set"):
        read(**dict.fromkeys(NEEDED))


@pytest.mark.parametrize("mode", ["demo", "test"])
@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "REDIS_URL"])
def test_the_other_modes_refuse_as_well(read: Read, mode: str, name: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"{name} not set"):
        read(PORTAL_MODE=mode, **{name: None})


@pytest.mark.parametrize("mode", ["demo", "test"])
def test_the_other_modes_know_this_machine_by_name(read: Read, mode: str) -> None:
    assert {"localhost", "127.0.0.1", "[::1]"} <= set(read(PORTAL_MODE=mode, ALLOWED_HOSTS=None)["ALLOWED_HOSTS"])


@pytest.mark.parametrize("mode", ["Production", "debug", "development", " demo"])
def test_a_mode_that_is_none_is_refused(read: Read, mode: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="must be production, demo or test"):
        read(PORTAL_MODE=mode)


# --- modes --------------------------------------------------------------------------------------------------------


def test_production_is_the_default_and_the_strict_one(read: Read) -> None:
    found = read()
    assert (found["MODE"], found["PRODUCTION"], found["DEBUG"]) == ("production", True, False)
    assert found["ALLOWED_HOSTS"] == ["portal.example.org", "www.portal.example.org"]
    assert "portal.demo" not in found["INSTALLED_APPS"]
    for name in ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE"):
        assert found[name] is True
    assert found["SECURE_HSTS_SECONDS"] == 31_536_000
    assert found["REQUIRE_STAFF_MFA"] is True
    assert found["PASSWORD_HASHERS"][0].endswith("Argon2PasswordHasher")


@pytest.mark.parametrize(("mode", "demo"), [("demo", True), ("test", False), ("production", False)])
def test_the_demos_app_is_in_the_demo_alone(read: Read, mode: str, demo: bool) -> None:
    assert ("portal.demo" in read(PORTAL_MODE=mode)["INSTALLED_APPS"]) is demo


@pytest.mark.parametrize("mode", ["production", "demo", "test"])
def test_debug_is_off_and_the_policy_strict_in_every_mode(read: Read, mode: str) -> None:
    found = read(PORTAL_MODE=mode)
    assert found["DEBUG"] is False
    assert "unsafe" not in str(found["CONTENT_SECURITY_POLICY"])
    assert not any("MD5" in name for name in found["PASSWORD_HASHERS"]) or mode == "test"


@pytest.mark.parametrize(("count", "header"), [("0", None), ("1", ("HTTP_X_FORWARDED_PROTO", "https"))])
def test_a_proxys_word_counts_only_when_there_is_one(read: Read, count: str, header: Any) -> None:
    found = read(TRUSTED_PROXY_COUNT=count)
    assert found["SECURE_PROXY_SSL_HEADER"] == header
    assert int(count) == found["ALLAUTH_TRUSTED_PROXY_COUNT"]


def test_without_https_cookies_are_not_kept_for_it(read: Read) -> None:
    found = read(SECURE_SSL_REDIRECT="0")
    assert not any(found[name] for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE"))


@pytest.mark.parametrize(("given", "expected"), [("0", False), ("false", False), ("1", True), ("true", True)])
def test_the_second_factor_of_staff_can_be_left_out(read: Read, given: str, expected: bool) -> None:
    assert read(REQUIRE_STAFF_MFA=given)["REQUIRE_STAFF_MFA"] is expected
    assert read(PORTAL_MODE="test")["REQUIRE_STAFF_MFA"] is False


# --- servers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "broker", "cache"),
    [
        ("redis://v.example:6379", "redis://v.example:6379", "redis://v.example:6379/1"),
        ("redis://v.example:6379/", "redis://v.example:6379/", "redis://v.example:6379/1"),
        ("rediss://:pw@v.example:6380", "rediss://:pw@v.example:6380", "rediss://:pw@v.example:6380/1"),
        ("unix:///run/vk.sock", "redis+socket:///run/vk.sock?virtual_host=0", "unix:///run/vk.sock?db=1"),
    ],
)
def test_queue_and_cache_are_two_databases_of_one_server(read: Read, address: str, broker: str, cache: str) -> None:
    found = read(REDIS_URL=address)
    assert found["CELERY_BROKER_URL"] == broker
    assert found["CACHES"]["default"]["LOCATION"] == cache


def test_a_lost_connection_to_the_database_is_noticed(read: Read) -> None:
    database = read()["DATABASES"]["default"]
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example", 5433, "district")
    assert database["CONN_HEALTH_CHECKS"] is True
    assert database["CONN_MAX_AGE"] == 600


def test_no_page_waits_long_for_valkey_and_the_worker_never_gives_up(read: Read) -> None:
    found = read()
    assert found["CACHES"]["default"]["OPTIONS"]["socket_timeout"] <= 2
    broker = found["CELERY_BROKER_TRANSPORT_OPTIONS"]
    assert broker["socket_timeout"] <= 5
    assert broker["max_retries"] == 0
    assert broker["ack_emulation"] is False, "a worker with work in its hands dies of trying to give it back"
    assert found["CELERY_BROKER_CONNECTION_MAX_RETRIES"] is None


# --- mail and periodic work ---------------------------------------------------------------------------------------


def test_without_a_mail_server_everything_stays_in_the_portal(read: Read) -> None:
    assert read()["EMAIL_KEPT_IN_PORTAL"] is True
    assert read(EMAIL_URL="")["EMAIL_KEPT_IN_PORTAL"] is True


@pytest.mark.parametrize(
    ("url", "facts"),
    [
        ("smtp://mail.example:25", ("mail.example", 25, "", False)),
        ("submission://me:pw@mail.example:587", ("mail.example", 587, "me", True)),
    ],
)
def test_a_mail_servers_address(read: Read, url: str, facts: tuple[Any, ...]) -> None:
    found = read(EMAIL_URL=url)
    assert found["EMAIL_KEPT_IN_PORTAL"] is False
    user, tls = found["EMAIL_HOST_USER"] or "", bool(found.get("EMAIL_USE_TLS"))
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], user, tls) == facts
    assert found["EMAIL_TIMEOUT"] == 15


def test_the_sites_address_loses_its_last_slash(read: Read) -> None:
    assert read(SITE_URL="https://portal.example.org/")["SITE_URL"] == "https://portal.example.org"


@pytest.mark.parametrize(
    ("speed", "deliver", "digest"), [(None, 30.0, 600.0), ("60", 0.5, 10.0), ("0.5", 60.0, 1200.0)]
)
def test_beat_has_its_tasks_and_one_speed(read: Read, speed: str | None, deliver: float, digest: float) -> None:
    schedule = read(BEAT_SPEED=speed)["CELERY_BEAT_SCHEDULE"]
    assert {entry["task"] for entry in schedule.values()} == {
        "portal.core.tasks.heartbeat",
        "notices.tasks.deliver_due",
        "stewards.tasks.sweep_reminders",
        "notices.tasks.compose_digests",
        "policies.tasks.publish_due",
        "policies.tasks.tell_reached",
        "policies.tasks.tell_followers",
        "policies.tasks.refresh_matches",
        "policies.tasks.keep_views",
        "policies.tasks.carry_out_imports",
        "policies.tasks.sweep_attachments",
        "policies.tasks.open_due_tasks",
        "notices.tasks.deliver_hooks",
        "stewards.tasks.refresh_figures",
        "stewards.tasks.keep_leaves",
        "stewards.tasks.forget_callers",
        "engagement.tasks.chase_visits",
        "engagement.tasks.remind_of_contact",
        "policies.tasks.tell_missing",
        "enterprises.tasks.end_mandates",
        "enterprises.tasks.carry_on_extracts",
        "enterprises.tasks.remind_of_titles",
        "stewards.tasks.watch_coverage",
        "stewards.tasks.adjust_tiers",
        "outreach.tasks.keep_occasions",
        "outreach.tasks.keep_packages",
        "investment.tasks.keep_resources",
        "outreach.tasks.keep_partners",
        "outreach.tasks.send_bulletins",
        "insights.tasks.count_map",
        "insights.tasks.count_flow",
        "insights.tasks.compose_report",
    }
    assert (schedule["deliver"]["schedule"], schedule["digest"]["schedule"]) == (deliver, digest)


def test_what_waited_too_long_in_the_queue_is_dropped_for_the_next_one(read: Read) -> None:
    for entry in read()["CELERY_BEAT_SCHEDULE"].values():
        assert entry["schedule"] <= entry["options"]["expires"] <= max(600, entry["schedule"])


def test_every_scheduled_task_exists(read: Read) -> None:
    from portal.celery import app

    app.loader.import_default_modules()
    assert {entry["task"] for entry in read()["CELERY_BEAT_SCHEDULE"].values()} <= set(app.tasks)
