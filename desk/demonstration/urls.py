from django.urls import URLPattern, URLResolver, path

from desk.demonstration import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("horloge/", views.move_the_clock, name="demonstration_clock"),
]
