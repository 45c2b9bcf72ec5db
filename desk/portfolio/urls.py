"""The pages of the list of conventions."""

from django.urls import URLPattern, URLResolver, path

from desk.portfolio import bulk, exports, saved, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.conventions, name="conventions"),
    path("export.csv", exports.as_csv, name="conventions_csv"),
    path("export.xlsx", exports.as_xlsx, name="conventions_xlsx"),
    path("lot/", bulk.ask, name="bulk"),
    path("lot/<int:pk>/", bulk.follow, name="bulk_run"),
    path("vues/", saved.kept, name="saved_views"),
    path("vues/nouvelle/", saved.keep, name="keep_view"),
    path("vues/<int:pk>/retrait/", saved.remove, name="remove_view"),
]
