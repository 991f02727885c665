from django.urls import path

from outreach.bulletins import desk_views, views

app_name = "bulletins"
urlpatterns = [
    path("bulletins/", views.archive, name="list"),
    path("bulletins/feed.atom", views.feed, name="feed"),
    path("bulletins/subscription/<uuid:key>/", views.subscription, name="subscription"),
    path("bulletins/<slug:slug>/", views.issue, name="issue"),
    path("outreach/bulletins/", desk_views.desk, name="desk"),
    path("outreach/bulletins/new/", desk_views.new, name="new"),
    path("outreach/bulletins/<slug:slug>/", desk_views.compose, name="compose"),
    path("outreach/bulletins/<slug:slug>/add/", desk_views.add, name="add"),
    path("outreach/bulletins/<slug:slug>/pieces/<int:pk>/", desk_views.words, name="words"),
    path("outreach/bulletins/<slug:slug>/pieces/<int:pk>/<slug:act>/", desk_views.piece, name="piece"),
    path("outreach/bulletins/<slug:slug>/<slug:verb>/", desk_views.act, name="act"),
]
