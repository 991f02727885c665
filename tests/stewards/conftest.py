from pathlib import Path
from typing import Any

import pytest

from tests.stewards.scene import Scene


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def scene(db: None) -> Scene:
    return Scene()
