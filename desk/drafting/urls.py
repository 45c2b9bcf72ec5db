from django.urls import URLPattern, URLResolver, path

from desk.drafting import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.look_up, name="new_convention"),
    path("partenaire/", views.new_partner, name="new_partner"),
    path("partenaire/<int:pk>/", views.draft, name="draft"),
]
