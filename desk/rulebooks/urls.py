"""The pages of the rulebooks."""

from django.urls import URLPattern, URLResolver, path

from desk.rulebooks import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.rulebooks, name="rulebooks"),
    path("<slug:code>/<int:version>/", views.rulebook, name="rulebook"),
    path("<slug:code>/publication/", views.publication, name="publish_rulebook"),
    path("<slug:code>/comparaison/", views.compare, name="compare_rulebooks"),
]
