"""Part of the publishing desk: included there, in its namespace."""

from django.urls import path

from policies.consultation import desk_views, evaluation_views

urlpatterns = [
    path("", desk_views.consultations, name="consultations"),
    path("new/", desk_views.new, name="consultation-new"),
    path("<int:pk>/", desk_views.consultation, name="consultation"),
    path("<int:pk>/articles/", desk_views.paste, name="consultation-paste"),
    path("<int:pk>/articles/new/", desk_views.clause, name="consultation-clause-new"),
    path("<int:pk>/articles/<int:clause>/", desk_views.clause, name="consultation-clause"),
    path("<int:pk>/articles/<int:clause>/remove/", desk_views.remove_clause, name="consultation-clause-remove"),
    path("<int:pk>/act/", desk_views.act, name="consultation-act"),
    path("<int:pk>/withdraw/", desk_views.withdraw, name="consultation-withdraw"),
    path("<int:pk>/outcome/", evaluation_views.outcome, name="consultation-outcome"),
    path("<int:pk>/comments/", evaluation_views.comments, name="consultation-comments"),
    path("<int:pk>/comments/sort/", evaluation_views.sort, name="consultation-sort"),
    path("<int:pk>/comments.csv", evaluation_views.export, name="consultation-export"),
    path("<int:pk>/groups/new/", evaluation_views.group, name="consultation-group-new"),
    path("<int:pk>/groups/<int:group>/", evaluation_views.group, name="consultation-group"),
    path("<int:pk>/groups/<int:group>/remove/", evaluation_views.remove_group, name="consultation-group-remove"),
]
