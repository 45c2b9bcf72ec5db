from django.urls import URLPattern, URLResolver, path

from desk.statistics import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.statistics, name="statistics"),
]
