"""Addresses of escalation and of the reminder ledger, for the rooms that include them."""

from django.urls import path

from stewards.escalation import views
from stewards.reminding import ledger

asking = [
    path("why/<int:pk>/", ledger.why, name="why"),
    path("<str:number>/reminders/", ledger.of_enterprise, name="reminders"),
    path("<str:number>/lasted/", views.lasted, name="lasted"),
]
desk = [
    path("attention/", views.attention, name="attention"),
    path("<str:number>/reminders/", ledger.of_desk, name="reminders"),
]
centre = [
    path("leaders/", views.leaders, name="leaders"),
    path("leaders/new/", views.leader_add, name="leader-add"),
    path("leaders/<int:pk>/end/", views.leader_end, name="leader-end"),
]
