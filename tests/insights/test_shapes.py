"""Outlines: those that come with the portal, an official file in their place, and files that are none."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from insights import shapes, workflow
from insights.models import Outline
from portal.core.access import Refused
from tests.factories.accounts import UserFactory

Sign = Callable[[Any], Client]
OWN = json.loads(shapes.FILE.read_bytes())
NUMBER = "沪S(2026)001号"


def changed(change: Callable[[Any], object]) -> bytes:
    data = json.loads(json.dumps(OWN))
    change(data)
    return json.dumps(data).encode()


def test_the_outlines_that_come_with_the_portal() -> None:
    found = shapes.own()
    assert {each["code"] for each in found["districts"]} == set(shapes.CODES.values())
    assert found["width"] == 600
    for each in found["districts"]:
        assert each["path"].startswith("M")
        assert each["path"].endswith("Z")
        assert 0 <= each["x"] <= 600
        assert 0 <= each["y"] <= found["height"]
    (ours,) = [each for each in found["districts"] if each["code"] == "310109"]
    (south,) = [each for each in found["districts"] if each["name_en"] == "Jinshan"]
    assert south["y"] > ours["y"]  # north at the top
    assert south["x"] < ours["x"]


def drop(data: Any) -> None:
    data["features"].pop()


def twice(data: Any) -> None:
    data["features"][1]["properties"]["name_zh"] = "黄浦区"


def far_away(data: Any) -> None:
    data["features"][0]["geometry"]["coordinates"][0][0] = [0, 0]


def no_number(data: Any) -> None:
    data["features"][0]["geometry"]["coordinates"][0][0] = [float("nan"), 31]


def a_line(data: Any) -> None:
    data["features"][0]["geometry"]["coordinates"] = [[[121.4, 31.2], [121.5, 31.2]]]


def nothing_of_a_shape(data: Any) -> None:
    data["features"][0]["geometry"] = None


def too_fine(data: Any) -> None:
    data["features"][0]["geometry"]["coordinates"][0] *= 3000


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no GeoJSON"),
        (b"\xff\xfe\x00", "no GeoJSON"),
        (b"[]", "no GeoJSON"),
        (b'{"features": {}}', "each of the 16"),
        (b'{"features": [null]}', "no GeoJSON"),
        (b"[" * 100_000, "no GeoJSON"),
        *((change, "no GeoJSON") for change in (far_away, no_number, a_line, nothing_of_a_shape)),
        *((change, "each of the 16") for change in (drop, twice)),
        (too_fine, "too fine"),
        (b" " * (shapes.MOST_BYTES + 1), "larger than 8 MB"),
    ],
)
def test_a_file_that_is_none_is_refused(data: Any, said: str) -> None:
    with pytest.raises(Refused, match=said):
        shapes.drawn(changed(data) if callable(data) else data)


@pytest.mark.django_db
def test_an_official_file_is_shown_with_its_number(client: Client, as_user: Sign) -> None:
    desk = as_user(UserFactory(roles=["admin"]))
    sent = {"review_number": NUMBER, "source": "上海市测绘院"}
    response = desk.post("/en/map/outline/", sent | {"file": SimpleUploadedFile("a.geojson", b"{}")})
    assert response.status_code == 422
    assert "no GeoJSON" in response.content.decode()
    assert not Outline.objects.exists()
    file = SimpleUploadedFile("a.geojson", shapes.FILE.read_bytes())
    assert desk.post("/en/map/outline/", sent | {"file": file}).status_code == 302
    from insights import rollups

    rollups.refresh()
    text = client.get("/en/map/").content.decode()
    assert f"Map review number: {NUMBER}" in text
    assert "not a reviewed standard map" not in text


@pytest.mark.django_db
@pytest.mark.parametrize("missing", [{"source": " "}, {"review_number": ""}])
def test_an_official_file_has_source_and_number(missing: dict[str, str]) -> None:
    facts = {"source": "s", "review_number": NUMBER} | missing
    with pytest.raises(Refused, match="a source and a review number"):
        workflow.place_outline(shapes.FILE.read_bytes(), **facts)
    with pytest.raises(Refused, match="Only the service centre"):
        workflow.place_outline(b"", source="s", review_number="n", by=UserFactory(roles=["editor"]))


@pytest.mark.django_db
def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--review-number", NUMBER, "--source", "x"]
    call_command("place_outline", str(shapes.FILE), *words)
    assert NUMBER in capsys.readouterr().out
    assert Outline.objects.get().review_number == NUMBER
    (tmp_path / "bad").write_text("no")
    for name in ("bad", "not-there"):
        with pytest.raises(CommandError):
            call_command("place_outline", str(tmp_path / name), *words)
    assert Outline.objects.count() == 1
