from django.urls import path

from policies import version_views, views
from policies.alerts import views as following_views
from policies.opendata import views as open_views

app_name = "policies"
urlpatterns = [
    path("", views.policy_list, name="list"),
    path("feed.xml", open_views.feed, name="feed"),
    path("calendar.ics", open_views.calendar, name="calendar"),
    path("embed/", open_views.embed, name="embed"),
    path("<slug:slug>/calendar.ics", open_views.dates, name="dates"),
    path("following/", following_views.following, name="following"),
    path("following/searches/", following_views.save_search, name="save-search"),
    path("following/searches/<int:pk>/rename/", following_views.rename_search, name="search-rename"),
    path("following/searches/<int:pk>/remove/", following_views.remove_search, name="search-remove"),
    path("<slug:slug>/follow/", following_views.follow, name="follow"),
    path("<slug:slug>/", views.detail, name="detail"),
    path("<slug:slug>/versions/", version_views.versions, name="versions"),
    path("<slug:slug>/compare/", version_views.compare, name="compare"),
    path("<slug:slug>/versions/<int:number>/", views.version, name="version"),
]
