"""What an enterprise asks: its list, the form and its drafts, one request."""

from django.urls import include, path

from stewards.asking import views, writing
from stewards.escalation import urls as escalation_urls

app_name = "requests"
urlpatterns = [
    path("", views.request_list, name="list"),
    path("new/", writing.new, name="new"),
    path("drafts/<int:pk>/", writing.draft, name="draft"),
    path("drafts/<int:pk>/discard/", writing.discard, name="discard"),
    path("drafts/<int:pk>/files/<uuid:key>/remove/", writing.drop_file, name="drop-file"),
    path("files/<uuid:key>/", views.attachment, name="attachment"),
    path("", include(escalation_urls.asking)),
    path("<str:number>/", views.detail, name="detail"),
    path("<str:number>/link/", views.link, name="link"),
]
