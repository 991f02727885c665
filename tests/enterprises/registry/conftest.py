"""What the tests of the extracts share: a place for files, somebody who may, and what rows name."""

from typing import Any

import pytest

from tests.factories.accounts import UserFactory
from tests.factories.enterprises import IndustryFactory, ParkFactory, SubdistrictFactory


@pytest.fixture(autouse=True)
def _place(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def admin() -> Any:
    return UserFactory(roles=["admin"])


@pytest.fixture
def lists() -> None:
    IndustryFactory(code="I65", section="I")
    SubdistrictFactory(code="310109014", name_zh_hans="虚构街道", name_en="Fictional Subdistrict")
    ParkFactory(slug="fictional-tower", name_zh_hans="虚构大厦", name_en="Fictional Tower")
