"""Profiles, leave and coverage in the service centre."""

from django.urls import path

from stewards.assignment import views

urlpatterns = [
    path("stewards/profiles/", views.people, name="profiles"),
    path("stewards/profiles/<int:pk>/", views.profile, name="steward"),
    path("stewards/profiles/<int:pk>/leave/", views.leave, name="leave"),
    path("stewards/coverage/", views.coverage, name="coverage"),
]
