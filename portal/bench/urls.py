"""The portal's addresses, and beside them the floors and the worker's own clock."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from portal.bench import floors
from portal.urls import urlpatterns as pages

urlpatterns = [
    path("bench/cpu/", floors.cpu),
    path("bench/hello/", floors.hello),
    path("bench/bare/", floors.bare),
    path("bench/ranked/", floors.ranked),
    *i18n_patterns(path("bench/", include(([path("full/", floors.full, name="full")], "bench")))),
    *pages,
]
