from django.urls import path

from policies.packages import views as package_views
from policies.publishing import editing_views, review_views
from policies.publishing import views as publishing_views
from policies.search import views as search_views

app_name = "publishing"
urlpatterns = [
    path("", publishing_views.desk, name="desk"),
    path("new/", editing_views.new, name="new"),
    path("<int:pk>/", editing_views.edit, name="edit"),
    path("<int:pk>/review/", review_views.review, name="review"),
    path("<int:pk>/send/", review_views.send, name="send"),
    path("<int:pk>/take-back/", review_views.take_back, name="take-back"),
    path("<int:pk>/discard/", review_views.discard, name="discard"),
    path("policies/<slug:slug>/", publishing_views.validity, name="validity"),
    path("policies/<slug:slug>/new-version/", publishing_views.new_version, name="new-version"),
    path("policies/<slug:slug>/reinstate/", publishing_views.reinstate, name="reinstate"),
    path("packages/", package_views.packages, name="packages"),
    path("packages/new/", package_views.new, name="package-new"),
    path("packages/<int:pk>/", package_views.package, name="package"),
    path("packages/<int:pk>/policies/", package_views.add, name="package-add"),
    path("packages/<int:pk>/policies/<int:item>/", package_views.item, name="package-item"),
    path("packages/<int:pk>/hand-over/", package_views.hand_over, name="package-hand-over"),
    path("packages/<int:pk>/withdraw/", package_views.withdraw, name="package-withdraw"),
    path("synonyms/", search_views.groups, name="synonyms"),
    path("synonyms/new/", search_views.new, name="synonym-new"),
    path("synonyms/<int:pk>/", search_views.group, name="synonym"),
    path("synonyms/<int:pk>/remove/", search_views.remove, name="synonym-remove"),
    path("searches/", search_views.searches, name="searches"),
    path("searches/<int:pk>/set-aside/", search_views.set_aside, name="search-set-aside"),
]
