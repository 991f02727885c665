"""The portal's settings with the floors' addresses added. Only bin/bench uses them."""

from portal.settings import *  # noqa: F403

ROOT_URLCONF = "portal.bench.urls"
