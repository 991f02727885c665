from django.urls import path, register_converter

from policies.exchange import views
from policies.exchange.reading import KINDS


class KindConverter:
    """A kind of file."""

    regex = "|".join(KINDS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(KindConverter, "file_kind")
urlpatterns = [
    path("import/", views.imports, name="imports"),
    path("import/template/", views.template, name="import-template"),
    path("import/<int:pk>/", views.preview, name="import"),
    path("import/<int:pk>/confirm/", views.confirm, name="import-confirm"),
    path("import/<int:pk>/discard/", views.discard, name="import-discard"),
    path("export/<file_kind:kind>/", views.export, name="export"),
]
