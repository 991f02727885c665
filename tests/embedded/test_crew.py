"""Web, worker and beat together: what is shown, who is to blame, who has to go."""

import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from honcho.printer import Message

from portal.embedded.crew import Crew, KeepingPrinter
from portal.embedded.places import Place
from portal.embedded.servers import Servers
from tests.processes import wait_for

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def crew(place: Place) -> Crew:
    found = Crew(Servers(place), lambda: True)
    for name in ("web", "worker"):
        found.add(name, ["sleep", "1 s"], {}, "/")
    return found


def message(name: str, data: Any) -> Message:
    return Message(type="line", data=data, time=datetime.now(), name=name, colour=None)


def test_what_the_processes_say_is_shown_and_kept(capsys: pytest.CaptureFixture[str]) -> None:
    printer = KeepingPrinter()
    printer.width = 6
    printer.write(message("web", "one\n"))
    printer.write(message("web", "虚构 \N{SNOWMAN}\n".encode() + b"\xff\n"))
    printer.write(message("system", "web started (pid=1)\n"))
    shown = capsys.readouterr().out
    assert "one" in shown
    assert "started" not in shown
    assert list(printer.kept["web"]) == ["one", "虚构 ☃", "\ufffd"]
    assert "system" not in printer.kept


def test_only_the_last_lines_are_kept() -> None:
    printer = KeepingPrinter()
    for n in range(40):
        printer.write(message("web", f"{n}\n"))
    assert list(printer.kept["web"]) == [str(n) for n in range(25, 40)]


@pytest.mark.parametrize(
    ("code", "how"),
    [(-9, "was killed by signal 9"), (3, "has ended with exit code 3"), (0, "has ended with exit code 0")],
)
def test_an_obituary_says_how_and_gives_the_last_lines(crew: Crew, code: int, how: str) -> None:
    crew._processes["web"]["returncode"] = code
    assert crew.obituary("web") == f"web {how}. Its last lines:\n(none)"
    crew.printer.kept["web"].append("no module named portal")
    assert crew.obituary("web").endswith("\nno module named portal")


def test_the_obituary_of_a_server_is_its_log(crew: Crew) -> None:
    crew.servers.place.log("postgres").write_text("LOG: starting\nPANIC: no space left\n")
    assert crew.obituary("postgres") == "postgres has ended. Its last lines:\nLOG: starting\nPANIC: no space left"


def test_asked_to_stop_before_all_have_started_it_waits_for_them(crew: Crew) -> None:
    crew.terminate()
    assert crew._asked_early
    assert not crew._terminating


def test_words_with_spaces_stay_words(crew: Crew) -> None:
    assert crew._processes["web"]["obj"].cmd == "exec sleep '1 s'"


RUN = """
import sys
from pathlib import Path
from portal.embedded.binaries import account
from portal.embedded.crew import Crew
from portal.embedded.places import Place
from portal.embedded.servers import Servers
home = Path(sys.argv[1])
crew = Crew(Servers(Place(home, home, account())), lambda: True)
crew.add("web", ["sh", "-c", "echo serving; exec sleep 60"], {}, "/")
crew.add("beat", ["sh", "-c", sys.argv[2]], {}, "/")
crew.loop()
print(crew.culprit, crew.returncode, sorted(crew.servers.place.read_record()["processes"]))
if crew.culprit:
    print(crew.obituary(crew.culprit))
"""


def run(place: Place, words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", RUN, str(place.home), words]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True)


def alive(place: Place) -> list[str]:
    return [name for name, (pid, _at) in place.read_record()["processes"].items() if Path(f"/proc/{pid}").exists()]


@pytest.mark.parametrize(
    ("words", "end"),
    [
        (
            "sleep 0.5; echo the disk is full; exit 3",
            "beat has ended with exit code 3. Its last lines:\nthe disk is full",
        ),
        ("sleep 0.5; kill -9 $$", "beat was killed by signal 9. Its last lines:\n(none)"),
    ],
)
def test_when_one_ends_all_end_and_it_is_named(place: Place, words: str, end: str) -> None:
    said, _none = run(place, words).communicate(timeout=30)
    assert "serving" in said
    assert said.rstrip().endswith(end)
    assert "beat" in said
    assert alive(place) == []


def test_terminated_it_blames_nobody(place: Place) -> None:
    process = run(place, "echo ticking; exec sleep 60")
    assert process.stdout
    said = ""
    while not ("serving" in said and "ticking" in said):
        said += process.stdout.readline()
    wait_for(lambda: set(place.read_record().get("processes", {})) == {"web", "beat"})
    os.kill(process.pid, signal.SIGTERM)
    rest, _none = process.communicate(timeout=30)
    assert "None" in rest
    assert alive(place) == []
