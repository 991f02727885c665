"""Every address of insights."""

from django.urls import path

from insights import chain_views, views

app_name = "insights"
urlpatterns = [
    path("map/", views.page, name="map"),
    path("map/matrix/", views.matrix, name="matrix"),
    path("map/enterprises/", views.enterprises, name="enterprises"),
    path("map/file/<slug:kind>/", views.file, name="file"),
    path("map/outline/", views.outline, name="outline"),
    path("map/chains/", chain_views.chains, name="chains"),
    path("map/chains/new/", chain_views.write, name="chain-new"),
    path("map/chains/<int:pk>/", chain_views.chain, name="chain"),
    path("map/chains/<int:pk>/edit/", chain_views.write, name="chain-edit"),
    path("map/chains/<int:pk>/drop/", chain_views.drop, name="chain-drop"),
    path("map/chains/<int:chain>/steps/new/", chain_views.step, name="step-new"),
    path("map/chains/<int:chain>/steps/<int:pk>/", chain_views.step, name="step"),
    path("map/chains/<int:chain>/steps/<int:pk>/drop/", chain_views.drop_step, name="step-drop"),
]
