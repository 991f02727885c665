from django.urls import path

from engagement import centre_views, plan_views, views, write_up_views

app_name = "visits"
urlpatterns = [
    path("", views.visits, name="list"),
    path("month/", views.month, name="month"),
    path("day/", views.day, name="day"),
    path("plan/", plan_views.choose, name="choose"),
    path("plan/<int:pk>/", plan_views.plan, name="plan"),
    path("no-contact/", plan_views.without_contact, name="no-contact"),
    path("guard/", centre_views.guard, name="guard"),
    path("guard/quiet/<int:pk>/remove/", centre_views.drop_quiet, name="drop-quiet"),
    path("calendar/", centre_views.feed, name="feed"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/write-up/", write_up_views.write_up, name="write-up"),
    path("<int:pk>/promise/", views.promise, name="promise"),
    path("<int:pk>/join/", views.join, name="join"),
    path("<int:pk>/<slug:verb>/", views.act, name="act"),
]
