from django.urls import URLPattern, URLResolver, path

from desk.notes import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.notes, name="convention_notes"),
]
