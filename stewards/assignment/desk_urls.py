"""A steward's own leave."""

from django.urls import path

from stewards.assignment import views

urlpatterns = [
    path("leave/", views.own_leave, name="leave"),
    path("leave/languages/", views.languages, name="languages"),
    path("leave/<int:pk>/end/", views.end_leave, name="leave-end"),
]
