from django.urls import path

from outreach.points import desk_views, views

app_name = "points"
urlpatterns = [
    path("points/", views.points, name="list"),
    path("points/<slug:slug>/", views.point, name="point"),
    path("points/<slug:slug>/sheet/", views.sheet, name="sheet"),
    path("materials/<slug:slug>/", views.material, name="material"),
    path("materials/edition/<str:code>/", views.edition, name="edition"),
    path("outreach/points/", desk_views.desk, name="desk"),
    path("outreach/points/<slug:slug>/stock/", desk_views.stock, name="stock"),
    path("outreach/feedback/<int:pk>/<slug:verb>/", desk_views.feedback, name="feedback"),
    path("outreach/places/", desk_views.places, name="places"),
    path("outreach/places/new/", desk_views.place, name="place-new"),
    path("outreach/places/<slug:slug>/edit/", desk_views.place, name="place"),
    path("outreach/materials/", desk_views.materials, name="materials"),
    path("outreach/materials/new/", desk_views.write_material, name="material-new"),
    path("outreach/materials/<slug:slug>/", desk_views.keep, name="keep"),
    path("outreach/materials/<slug:slug>/edit/", desk_views.write_material, name="material-edit"),
    path("outreach/materials/<slug:slug>/withdraw/", desk_views.withdraw, name="withdraw"),
]
