from django.urls import path

from policies import version_views, views
from policies.alerts import views as following_views
from policies.attachments import views as attachment_views
from policies.checkup import calculator_views, checkup_views
from policies.interpretation import views as interpretation_views
from policies.opendata import views as open_views
from policies.questions import views as question_views
from policies.search import typing_views

app_name = "policies"
urlpatterns = [
    path("", views.policy_list, name="list"),
    path("suggest/", typing_views.suggest, name="suggest"),
    path("attachments/<uuid:key>/", attachment_views.attachment, name="attachment"),
    path("feed.xml", open_views.feed, name="feed"),
    path("calendar.ics", open_views.calendar, name="calendar"),
    path("embed/", open_views.embed, name="embed"),
    path("<slug:slug>/calendar.ics", open_views.dates, name="dates"),
    path("following/", following_views.following, name="following"),
    path("following/searches/", following_views.save_search, name="save-search"),
    path("following/searches/<int:pk>/rename/", following_views.rename_search, name="search-rename"),
    path("following/searches/<int:pk>/remove/", following_views.remove_search, name="search-remove"),
    path("interpretations/", interpretation_views.interpretations, name="interpretations"),
    path("interpretations/files/<uuid:key>/", interpretation_views.file, name="interpretation-file"),
    path("interpretations/<int:pk>/captions/<str:language>.vtt", interpretation_views.captions, name="captions"),
    path("<slug:slug>/interpretations/<int:pk>/", interpretation_views.interpretation, name="interpretation"),
    path("<slug:slug>/in-short/", interpretation_views.in_short, name="in-short"),
    path("check-up/", checkup_views.check_up_page, name="check-up"),
    path("<slug:slug>/calculator/", calculator_views.calculator, name="calculator"),
    path("<slug:slug>/follow/", following_views.follow, name="follow"),
    path("<slug:slug>/", views.detail, name="detail"),
    path("<slug:slug>/questions/", question_views.of_policy, name="questions"),
    path("<slug:slug>/versions/", version_views.versions, name="versions"),
    path("<slug:slug>/compare/", version_views.compare, name="compare"),
    path("<slug:slug>/versions/<int:number>/", views.version, name="version"),
]
