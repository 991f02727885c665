"""The service centre."""

from django.urls import include, path

from stewards.centre import calendar as centre_calendar
from stewards.centre import people_views as centre_people
from stewards.centre import reminders as centre_reminders
from stewards.centre import stewards as centre_stewards
from stewards.centre import views as centre_views
from stewards.deskwork import hints
from stewards.escalation import urls as escalation_urls

app_name = "centre"
urlpatterns = [
    path("", centre_views.overview, name="overview"),
    path("unassigned/", centre_views.unassigned, name="unassigned"),
    path("", include("stewards.assignment.centre_urls")),
    path("stewards/", centre_stewards.enterprises, name="stewards"),
    path("stewards/places/", centre_stewards.places, name="places"),
    path("stewards/<str:scope>/<str:key>/", centre_stewards.entrust, name="entrust"),
    path("reminders/", centre_reminders.ledger, name="reminders"),
    path("reminders/rules/", centre_reminders.rules, name="rules"),
    path("reminders/rules/<slug:code>/", centre_reminders.rule, name="rule"),
    path("", include(escalation_urls.centre)),
    path("", include("stewards.relations.centre_urls")),
    path("", include("stewards.standard.centre_urls")),
    path("calendar/", centre_calendar.years, name="calendar"),
    path("calendar/<int:year>/", centre_calendar.year, name="calendar-year"),
    path("hints/", hints.types, name="hints"),
    path("hints/<slug:type>/", hints.hint, name="hint"),
    path("people/", centre_people.people, name="people"),
    path("people/new/", centre_people.add, name="person-add"),
    path("people/<int:pk>/", centre_people.change, name="person"),
    path("people/<int:pk>/invite/", centre_people.invite, name="person-invite"),
]
