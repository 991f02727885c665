"""The desk: the queue, one request, and the acts on it."""

from django.urls import path

from stewards import proposing
from stewards.desk import views as desk_views

app_name = "desk"
urlpatterns = [
    path("", desk_views.queue, name="queue"),
    path("<str:number>/", desk_views.request_page, name="request"),
    path("<str:number>/propose/", proposing.page, name="propose"),
    path("<str:number>/<slug:verb>/", desk_views.act, name="act"),
]
