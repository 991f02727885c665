"""Addresses of events: for everybody, for partners' groups, for the organisers."""

from django.urls import path

from outreach.events import desk_views, door_views, group_views, invite_views, views

app_name = "events"
urlpatterns = [
    path("events/", views.listed, name="list"),
    path("events/calendar.ics", views.feed, name="feed"),
    path("events/<int:year>/<int:month>/", views.month, name="month"),
    path("events/<slug:slug>/", views.detail, name="detail"),
    path("events/<slug:slug>/calendar.ics", views.calendar, name="calendar"),
    path("events/<slug:slug>/register/", views.register, name="register"),
    path("events/<slug:slug>/ask/", views.ask, name="ask"),
    path("events/<slug:slug>/decline/", views.decline, name="decline"),
    path("partner/groups/", group_views.groups, name="groups"),
    path("partner/groups/<slug:slug>/", group_views.group, name="group"),
    path("outreach/events/", desk_views.desk, name="desk"),
    path("outreach/events/new/", desk_views.new, name="new"),
    path("outreach/events/questions/<int:pk>/<slug:verb>/", desk_views.question, name="question"),
    path("outreach/events/<int:pk>/", desk_views.manage, name="manage"),
    path("outreach/events/<int:pk>/edit/", desk_views.edit, name="edit"),
    path("outreach/events/<int:pk>/after/", desk_views.after, name="after"),
    path("outreach/events/<int:pk>/invitations/", invite_views.invitations, name="invitations"),
    path("outreach/events/<int:pk>/report/", door_views.report, name="report"),
    path("outreach/events/<int:pk>/guests/", door_views.guests, name="guests"),
    path("outreach/events/<int:pk>/door/", door_views.door, name="door"),
    path("outreach/events/<int:pk>/door/check-in/", door_views.check_in, name="check-in"),
    path("outreach/events/<int:pk>/door/walk-in/", door_views.walk_in, name="walk-in"),
    path("outreach/events/<int:pk>/<slug:verb>/", desk_views.act, name="act"),
]
