"""Addresses of the observers: for everybody, in the observer's own room, on the desk."""

from django.urls import path

from outreach.observers import desk_views, own_views, views

app_name = "observers"
urlpatterns = [
    path("observers/", views.listed, name="list"),
    path("observers/replies/", views.replies, name="replies"),
    path("observers/<int:number>/apply/", views.apply, name="apply"),
    path("observers/applications/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("observers/certificate/<uuid:key>/", views.certificate, name="certificate"),
    path("observers/certificate/<uuid:key>/code/", views.certificate_code, name="certificate-code"),
    path("observers/pictures/<uuid:key>/", views.picture, name="picture"),
    path("observer/", own_views.own, name="own"),
    path("observer/assignments/<int:pk>/", own_views.begin, name="begin"),
    path("observer/observations/<int:pk>/", own_views.observation, name="observation"),
    path("observer/pictures/<int:pk>/remove/", own_views.drop_picture, name="drop-picture"),
    path("outreach/observers/", desk_views.desk, name="desk"),
    path("outreach/observers/new/", desk_views.new, name="new"),
    path("outreach/observers/<int:pk>/", desk_views.batch, name="batch"),
    path("outreach/observers/<int:pk>/edit/", desk_views.edit, name="edit"),
    path("outreach/observers/<int:pk>/publish/", desk_views.publish_batch, name="publish-batch"),
    path("outreach/observers/<int:pk>/assign/", desk_views.assign, name="assign"),
    path("outreach/observers/terms/<int:pk>/end/", desk_views.end_term, name="end-term"),
    path("outreach/observers/candidates/<int:pk>/<slug:verb>/", desk_views.decide, name="decide"),
    path("outreach/observers/assignments/<int:pk>/withdraw/", desk_views.take_back, name="take-back"),
    path("outreach/observers/observations/<int:pk>/", desk_views.inspect, name="inspect"),
    path("outreach/observers/observations/<int:pk>/publish/", desk_views.publish, name="publish"),
]
