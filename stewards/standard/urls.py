"""More time, for those who decide: in the desk's namespace."""

from django.urls import path

from stewards.standard import time_views

urlpatterns = [
    path("extensions/", time_views.extensions, name="extensions"),
    path("extensions/<int:pk>/", time_views.extension, name="extension"),
]
