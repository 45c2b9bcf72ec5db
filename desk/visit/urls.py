"""The guided visit of the demonstration."""

from django.urls import URLPattern, URLResolver, path

from desk.visit import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.visit, name="visit"),
    path("fin/", views.end, name="end_visit"),
]
