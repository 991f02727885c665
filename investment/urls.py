"""Every address of investment."""

from django.urls import path

from investment import need_views, provider_views, room_views, viewing_views, views

app_name = "investment"
urlpatterns = [
    path("resources/", views.resources, name="list"),
    path("resources/places/", views.places, name="places"),
    path("resources/compare/", views.compare, name="compare"),
    path("resources/files/<uuid:key>/", views.file, name="file"),
    path("resources/<int:pk>/", views.resource, name="resource"),
    path("resources/<int:pk>/interest/", viewing_views.interest, name="interest"),
    path("needs/", need_views.needs, name="needs"),
    path("needs/new/", need_views.new, name="need-new"),
    path("needs/<int:pk>/", need_views.need, name="need"),
    path("needs/<int:pk>/change/", need_views.change, name="need-change"),
    path("needs/<int:pk>/close/", need_views.close, name="need-close"),
    path("needs/<int:pk>/<int:resource>/<slug:verb>/", need_views.mark, name="mark"),
    path("viewings/<int:pk>/", viewing_views.viewing, name="viewing"),
    path("viewings/<int:pk>/<slug:verb>/", viewing_views.act, name="viewing-act"),
    path("resource-room/", room_views.room, name="room"),
    path("resource-room/new/", room_views.new, name="entry-new"),
    path("resource-room/providers/", provider_views.providers, name="providers"),
    path("resource-room/providers/new/", provider_views.new, name="provider-new"),
    path("resource-room/providers/<int:pk>/", provider_views.provider, name="provider"),
    path("resource-room/providers/<int:pk>/edit/", provider_views.edit, name="provider-edit"),
    path("resource-room/providers/<int:pk>/keepers/", provider_views.appoint, name="appoint"),
    path("resource-room/keepers/<int:pk>/dismiss/", provider_views.dismiss, name="dismiss"),
    path("resource-room/<int:pk>/", room_views.entry, name="entry"),
    path("resource-room/<int:pk>/edit/", room_views.edit, name="entry-edit"),
    path("resource-room/<int:pk>/pictures/", room_views.picture, name="picture"),
    path("resource-room/<int:pk>/pictures/<uuid:key>/drop/", room_views.drop_picture, name="picture-drop"),
    path("resource-room/<int:pk>/<slug:verb>/", room_views.act, name="entry-act"),
]
