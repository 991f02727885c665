import pytest

from tests.factories.engagement import Scene


@pytest.fixture
def scene(db: None) -> Scene:
    return Scene()
