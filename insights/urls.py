"""Every address of insights."""

from django.urls import path

from insights import chain_views, views
from insights.performance import views as performance
from insights.reports import views as reports

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
    path("performance/", performance.page, name="performance"),
    path("performance/file/<slug:kind>/", performance.file, name="performance-file"),
    path("performance/reports/", reports.archive, name="reports"),
    path("performance/reports/<int:year>/<int:month>/", reports.report, name="report"),
    path("performance/reports/<int:year>/<int:month>/file/<slug:kind>/", reports.file, name="report-file"),
    path("district/", performance.at_a_glance, name="district"),
    path("district/file/<slug:kind>/", performance.district_file, name="district-file"),
    path("reports/", reports.desk_list, name="report-desks"),
    path("reports/<int:pk>/", reports.desk, name="report-desk"),
    path("reports/<int:pk>/<slug:verb>/", reports.act, name="report-act"),
]
