"""The page of the ends to settle."""

from django.urls import URLPattern, URLResolver, path

from desk.endings import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.endings, name="endings"),
]
