"""Addresses of the reception room: the public's, and the desk's under outreach/."""

from django.urls import path

from outreach.reception import desk_views, door_views, views

app_name = "reception"
urlpatterns = [
    path("reception/", views.room, name="room"),
    path("reception/book/", views.topics, name="topics"),
    path("reception/book/<int:topic>/", views.times, name="times"),
    path("reception/book/<int:topic>/<int:pk>/", views.book, name="book"),
    path("reception/booked/", views.booked, name="booked"),
    path("outreach/reception/", desk_views.desk, name="desk"),
    path("outreach/reception/plan/", desk_views.plan, name="plan"),
    path("outreach/reception/kept/", desk_views.kept, name="kept"),
    path("outreach/reception/topics/new/", desk_views.topic, name="topic-new"),
    path("outreach/reception/topics/<int:pk>/", desk_views.topic, name="topic"),
    path("outreach/reception/zones/new/", desk_views.zone, name="zone-new"),
    path("outreach/reception/zones/<int:pk>/", desk_views.zone, name="zone"),
    path("outreach/reception/sessions/<int:pk>/", door_views.session, name="session"),
    path("outreach/reception/sessions/<int:pk>/<slug:verb>/", door_views.act, name="act"),
    path("outreach/reception/visits/<int:pk>/", door_views.visit, name="visit"),
    path("outreach/reception/visits/<int:pk>/request/", door_views.to_request, name="to-request"),
]
