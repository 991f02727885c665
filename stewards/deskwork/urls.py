"""Pages that make the desk's work quicker; included before the addresses of single requests."""

from django.urls import path

from stewards.deskwork import belonging_page, board, bulk_pages, canned_pages, follow_ups, record_page, saved

urlpatterns = [
    path("record/", record_page.record, name="record"),
    path("recorded/<str:number>/", record_page.recorded, name="recorded"),
    path("<str:number>/whose/", belonging_page.whose, name="whose"),
    path("follow-ups/", follow_ups.found, name="follow-ups"),
    path("canned/", canned_pages.answers, name="canned"),
    path("canned/new/", canned_pages.answer, name="canned-new"),
    path("canned/<int:pk>/", canned_pages.answer, name="canned-edit"),
    path("board/", board.board, name="board"),
    path("calendar/", board.month, name="calendar"),
    path("views/", saved.views, name="views"),
    path("views/keep/", saved.keep, name="view-keep"),
    path("views/<int:pk>/", saved.alter, name="view"),
    path("bulk/", bulk_pages.act, name="bulk"),
    path("bulk/<int:pk>/", bulk_pages.result, name="bulk-done"),
    path("bulk/<int:pk>/undo/", bulk_pages.undo, name="bulk-undo"),
]
