import pytest

from tests.stewards.scene import Scene


@pytest.fixture
def scene(db: None) -> Scene:
    return Scene()
