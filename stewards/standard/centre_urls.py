"""The service standard and official calendars: in the service centre's namespace."""

from django.urls import path

from stewards.standard import calendar_views, table_views

urlpatterns = [
    path("standards/", table_views.standards, name="standards"),
    path("standards/new/", table_views.new, name="standard-new"),
    path("standards/counting/", table_views.counting, name="counting"),
    path("calendar/load/", calendar_views.upload, name="calendar-upload"),
    path("calendar/load/<int:pk>/", calendar_views.load, name="calendar-load"),
    path("calendar/load/<int:pk>/confirm/", calendar_views.confirm, name="calendar-confirm"),
    path("calendar/load/<int:pk>/drop/", calendar_views.drop, name="calendar-drop"),
]
