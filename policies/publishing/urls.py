from django.urls import include, path

from policies.glossary import views as glossary_views
from policies.interpretation import desk_views as interpretations
from policies.interpretation import review_views as interpretation_review
from policies.interpretation import writing_views as interpreting
from policies.packages import views as package_views
from policies.publishing import editing_views, review_views, translating_views
from policies.publishing import views as publishing_views
from policies.questions import desk_views as question_views
from policies.search import views as search_views
from policies.upkeep import views as upkeep_views

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
    path("interpretations/", interpretations.desk, name="interpretations"),
    path("interpretations/new/", interpreting.new, name="interpretation-new"),
    path("interpretations/<int:pk>/", interpreting.edit, name="interpretation-edit"),
    path("interpretations/<int:pk>/review/", interpretation_review.review, name="interpretation-review"),
    path("interpretations/<int:pk>/withdraw/", interpretations.withdraw, name="interpretation-withdraw"),
    path("interpretations/<int:pk>/<slug:act>/", interpretations.act, name="interpretation-act"),
    path("interpretations/<int:pk>/files/<uuid:key>/", interpretations.drop_file, name="interpretation-drop-file"),
    path("packages/", package_views.packages, name="packages"),
    path("packages/new/", package_views.new, name="package-new"),
    path("packages/<int:pk>/", package_views.package, name="package"),
    path("packages/<int:pk>/policies/", package_views.add, name="package-add"),
    path("packages/<int:pk>/policies/<int:item>/", package_views.item, name="package-item"),
    path("packages/<int:pk>/hand-over/", package_views.hand_over, name="package-hand-over"),
    path("packages/<int:pk>/withdraw/", package_views.withdraw, name="package-withdraw"),
    path("questions/", question_views.desk, name="questions"),
    path("questions/<int:pk>/", question_views.question, name="question"),
    path("synonyms/", search_views.groups, name="synonyms"),
    path("synonyms/new/", search_views.new, name="synonym-new"),
    path("synonyms/<int:pk>/", search_views.group, name="synonym"),
    path("synonyms/<int:pk>/remove/", search_views.remove, name="synonym-remove"),
    path("glossary/", glossary_views.glossary, name="glossary"),
    path("glossary/new/", glossary_views.new, name="glossary-new"),
    path("glossary/<int:pk>/", glossary_views.term, name="glossary-term"),
    path("glossary/<int:pk>/remove/", glossary_views.remove, name="glossary-remove"),
    path("glossary/hints/<str:field>/", glossary_views.hints, name="glossary-hints"),
    path("tasks/", upkeep_views.tasks, name="tasks"),
    path("tasks/<int:pk>/", upkeep_views.task, name="task"),
    path("translations/", translating_views.translations, name="translations"),
    path("searches/", search_views.searches, name="searches"),
    path("searches/<int:pk>/set-aside/", search_views.set_aside, name="search-set-aside"),
    path("consultations/", include("policies.consultation.desk_urls")),
    path("", include("policies.exchange.urls")),
]
