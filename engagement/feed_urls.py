"""Addresses without a language, for calendar programs."""

from django.urls import path

from engagement.feeds import feed

app_name = "calendars"
urlpatterns = [path("calendars/visits/<str:token>.ics", feed, name="visits")]
