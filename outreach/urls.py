"""Every address of outreach; each room has its own file."""

from django.urls import include, path

from outreach import views
from outreach.guests import views as guests

shared = (
    [
        path("open-government/", views.hub, name="hub"),
        path("outreach/", views.desk, name="desk"),
        path("guest/<uuid:key>/", guests.guest, name="guest"),
        path("guest/<uuid:key>/code.svg", guests.code_picture, name="guest-code"),
        path("guest/<uuid:key>/feedback/", guests.feedback, name="guest-feedback"),
        path("guest/<uuid:key>/<slug:verb>/", guests.act, name="guest-act"),
        path("outreach/door/<str:code>/", guests.scanned, name="scanned"),
        path("files/<uuid:key>/", guests.public_file, name="file"),
    ],
    "outreach",
)
ROOMS = ("partners", "packages", "events", "bulletins", "reception", "points", "observers")
urlpatterns = [
    path("", include(shared)),
    *(path("", include(f"outreach.{room}.urls")) for room in ROOMS),
]
