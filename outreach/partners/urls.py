from django.urls import path

from outreach.partners import desk_views, memorandum_views, views

app_name = "partners"
urlpatterns = [
    path("partners/", views.public, name="list"),
    path("partners/<slug:slug>/", views.detail, name="detail"),
    path("partner/", views.own, name="own"),
    path("partner/join/", views.join, name="join"),
    path("partner/memoranda/<int:pk>/", views.own_memorandum, name="own-memorandum"),
    path("partner/tasks/<int:pk>/", views.own_task, name="own-task"),
    path("partner/memoranda/<int:pk>/file/", views.signed_file, name="file"),
    path("partner/memoranda/<int:pk>/file/<int:number>/", views.signed_file, name="old-file"),
    path("outreach/partners/", desk_views.desk, name="desk"),
    path("outreach/partners/new/", desk_views.new, name="new"),
    path("outreach/partners/<int:pk>/", desk_views.partner, name="partner"),
    path("outreach/partners/<int:pk>/edit/", desk_views.edit, name="edit"),
    path("outreach/partners/<int:pk>/invite/", desk_views.invite, name="invite"),
    path("outreach/partners/contacts/<int:pk>/end/", desk_views.end_contact, name="end-contact"),
    path("outreach/partners/tasks/<int:pk>/", memorandum_views.task, name="task"),
    path("outreach/memoranda/new/", memorandum_views.new, name="memorandum-new"),
    path("outreach/memoranda/<int:pk>/", memorandum_views.memorandum, name="memorandum"),
    path("outreach/memoranda/<int:pk>/edit/", memorandum_views.edit, name="memorandum-edit"),
    path("outreach/memoranda/<int:pk>/amend/", memorandum_views.amend, name="memorandum-amend"),
    path("outreach/memoranda/<int:pk>/<slug:verb>/", memorandum_views.act, name="memorandum-act"),
]
