from django.urls import URLPattern, URLResolver, path

from desk.imports import matching_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.deposits, name="imports"),
    path("modele/", views.template_file, name="import_template"),
    path("colonnes/", views.dictionary, name="import_columns"),
    path("comptes/", matching_views.accounts, name="import_accounts"),
    path("comptes/<int:pk>/", matching_views.account, name="import_account"),
    path("<int:pk>/", views.deposit, name="import"),
    path("<int:pk>/refusees/", views.refused_workbook, name="import_refused"),
    path("<int:pk>/refusees/<slug:table>/", views.refused_csv, name="import_refused_table"),
]
