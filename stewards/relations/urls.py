"""Below the address of one request on the desk."""

from django.urls import path

from stewards.relations import merge_views, views

urlpatterns = [
    path("arrange/", views.arrange, name="arrange"),
    path("watch/", views.watch, name="watch"),
    path("steps/", views.steps, name="steps"),
    path("present/", views.present, name="present"),
    path("merge/", merge_views.merge, name="merge"),
    path("unmerge/", merge_views.unmerge, name="unmerge"),
]
