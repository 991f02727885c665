"""Where the servers live, what is known to run there, and stopping the right process."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portal.embedded import places, processes
from portal.embedded.places import Place
from portal.embedded.processes import Identity, identify, started_at, stop
from tests.embedded.conftest import ME, SLEEP

# --- places -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "{", "[1]", '"x"', "null"])
def test_a_record_that_cannot_be_read_is_an_empty_one(place: Place, text: str) -> None:
    (place.home / "running.json").write_text(text)
    assert place.read_record() == {}


def test_facts_are_added_to_the_record(place: Place) -> None:
    place.note(address="a")
    place.note_process("web", os.getpid())
    place.note_process("gone", 2**22 + 1)
    place.note(address="b")
    found = place.read_record()
    assert found["address"] == "b"
    assert found["processes"] == {"web": [os.getpid(), started_at(os.getpid())]}
    assert not list(place.home.glob("*.new"))


def test_a_place_is_held_by_one_process(place: Place) -> None:
    hold = "import fcntl, sys; f = open(sys.argv[1], 'a'); fcntl.lockf(f, fcntl.LOCK_EX); print(1, flush=True); input()"
    command = [sys.executable, "-S", "-c", hold, str(place.home / "lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        other.stdout.readline()
        with pytest.raises(places.Busy):
            place.lock()
        places._clear(place.home, ME)
        assert place.home.exists(), "what somebody holds is not cleared"
        other.communicate(b"\n")
    place.lock()
    place.leave()


@pytest.mark.parametrize(("marked", "stays"), [(True, False), (False, True)])
def test_only_what_looks_like_ours_is_cleared(tmp_path: Path, marked: bool, stays: bool) -> None:
    left = tmp_path / "portal-try-x"
    (left / "log").mkdir(parents=True)
    if marked:
        (left / "lock").touch()
    places._clear(left, ME)
    assert left.exists() is stays


def test_sockets_lie_in_the_place_when_the_path_is_short_and_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    home = Path(subprocess.check_output(["mktemp", "-d"], text=True).strip())
    place = Place(home, home, ME)
    place.open_sockets()
    assert place.sockets == home / "run"
    (place.sockets / "old.sock").touch()
    place.open_sockets()
    assert list(place.sockets.iterdir()) == []
    assert stat.S_IMODE(place.sockets.stat().st_mode) == 0o700
    place.leave()
    assert not place.sockets.exists()
    home.rmdir()


@pytest.mark.parametrize("name", ["新区 demo", "d" * 120, "it's"])
def test_sockets_lie_elsewhere_when_it_is_not(tmp_path: Path, name: str) -> None:
    home = tmp_path / name
    home.mkdir()
    place = Place(home, home, ME)
    place.open_sockets()
    assert place.sockets.name.startswith("portal-")
    assert place.read_record()["sockets"] == str(place.sockets)
    place.leave()
    assert not place.sockets.exists()


def test_a_recorded_directory_with_another_name_is_never_removed(place: Place, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    place.note(sockets=str(precious))
    place.sweep()
    assert precious.exists()
    assert place.read_record() == {}


def test_sweeping_stops_what_was_recorded_and_spares_a_namesake(place: Place, sleeper: subprocess.Popen[bytes]) -> None:
    place.note(processes={"web": [sleeper.pid, "another boot:1"]})
    place.sweep()
    assert sleeper.poll() is None
    place.note_process("worker", sleeper.pid)
    place.sweep()
    assert sleeper.wait(5) == -signal.SIGTERM


@pytest.mark.parametrize("text", ["", "no number", f"{2**22 + 1}\n/elsewhere\n"])
def test_a_note_of_a_dead_postmaster_is_erased(place: Place, text: str) -> None:
    place.postgres.mkdir()
    note = place.postgres / "postmaster.pid"
    note.write_text(text)
    place.sweep()
    assert note.exists() is (text[:1].isdigit() is False)


# --- processes by identity --------------------------------------------------------------------------------------------


def test_a_process_is_known_by_number_and_beginning(sleeper: subprocess.Popen[bytes]) -> None:
    found = identify(sleeper.pid)
    assert found
    assert found.alive
    assert not Identity(sleeper.pid, "another time").alive
    assert "time.sleep" in processes.command_line(sleeper.pid)
    assert stop(found, ((signal.SIGTERM, 5.0),))
    assert not found.alive
    sleeper.wait()
    assert identify(sleeper.pid) is None
    assert processes.command_line(sleeper.pid) == ""


def test_stopping_what_has_gone_is_no_work(sleeper: subprocess.Popen[bytes]) -> None:
    assert stop(Identity(sleeper.pid, "another time"), ((signal.SIGKILL, 1.0),))
    assert sleeper.poll() is None


def test_a_dead_process_that_nobody_reaped_is_not_alive(sleeper: subprocess.Popen[bytes]) -> None:
    found = identify(sleeper.pid)
    assert found
    sleeper.kill()
    until = time.monotonic() + 5
    while found.alive and time.monotonic() < until:
        time.sleep(0.01)
    assert not found.alive


def test_without_proc_ps_is_asked(monkeypatch: pytest.MonkeyPatch, sleeper: subprocess.Popen[bytes]) -> None:
    monkeypatch.setattr(processes, "_PROC", Path("/nowhere/stat"))
    first = started_at(sleeper.pid)
    assert first
    assert started_at(sleeper.pid) == first
    assert "time.sleep" in processes.command_line(sleeper.pid)
    sleeper.kill()
    time.sleep(0.05)
    assert started_at(sleeper.pid) is None, "a zombie"
    sleeper.wait()
    assert started_at(sleeper.pid) is None
    assert processes.command_line(sleeper.pid) == ""


def test_only_linux_tells_children_of_their_parents_death(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    processes.die_with_parent(signal.SIGTERM, parent=1)()  # on Linux this would end us: our parent is another


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's part is Linux's")
def test_a_child_of_a_parent_that_has_gone_already_ends_at_once() -> None:
    arrange = processes.die_with_parent(signal.SIGTERM, parent=1)
    done = subprocess.run(SLEEP, preexec_fn=arrange, timeout=10)
    assert done.returncode == 1


STARTING = """
import os, signal, subprocess, sys
from portal.embedded.processes import die_with_parent, signals_held
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
os.register_at_fork(after_in_parent=lambda: os.kill(os.getpid(), signal.SIGTERM))
ask = [sys.executable, "-c", "import signal; print(signal.pthread_sigmask(signal.SIG_BLOCK, []))"]
try:
    with signals_held():
        child = subprocess.Popen(ask, preexec_fn=die_with_parent(signal.SIGTERM))
    print("stayed")
finally:
    child.wait()
"""


def test_a_signal_while_a_child_is_started_is_not_lost_and_the_child_hears_signals() -> None:
    done = subprocess.run([sys.executable, "-c", STARTING], capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout, done.stderr) == (143, "set()\n", "")
