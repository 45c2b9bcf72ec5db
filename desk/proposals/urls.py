"""The pages of what two people decide."""

from django.urls import URLPattern, URLResolver, path

from desk.proposals import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.waiting, name="proposals"),
    path("<int:pk>/", views.look, name="proposal"),
    path("<int:pk>/retrait/", views.give_up, name="withdraw_proposal"),
    path("<int:pk>/pieces/<int:file>/", views.evidence, name="proposal_evidence"),
]
