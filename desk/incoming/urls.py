from django.urls import URLPattern, URLResolver, path

from desk.incoming import filing_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.register, name="incoming_letters"),
    path("registre.csv", views.register_csv, name="incoming_letters_csv"),
    path("nouveau/", views.new, name="new_incoming_letter"),
    path("<int:pk>/", filing_views.letter, name="incoming_letter"),
    path("<int:pk>/pli/", views.scan, name="incoming_letter_scan"),
    path(
        "<int:pk>/conventions/<int:convention>/<slug:code>/",
        filing_views.file_under,
        name="file_incoming_letter",
    ),
]
