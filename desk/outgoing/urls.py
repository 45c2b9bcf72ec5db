from django.urls import URLPattern, URLResolver, path

from desk.outgoing import (
    passage_views,
    posting_views,
    provider_views,
    signing_views,
    views,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.register, name="outgoing_letters"),
    path("registre.csv", views.register_csv, name="outgoing_letters_csv"),
    path("signature/", signing_views.signing, name="sign_letters"),
    path("depot/", posting_views.posting, name="post_letters"),
    path("prestataire/", provider_views.provider, name="letter_provider"),
    path("prestataire/releve/", provider_views.read, name="read_provider"),
    path("prestataire/<int:pk>/suite/", provider_views.settled, name="settle_status"),
    path("bordereau/", views.slip, name="posting_slip"),
    path(
        "conventions/<int:convention>/emis/<int:issued>/",
        passage_views.enter,
        name="enter_outgoing_letter",
    ),
    path("<int:pk>/", views.letter, name="outgoing_letter"),
    path("<int:pk>/preuves/<int:place>/", views.proof, name="outgoing_letter_proof"),
    path("<int:pk>/passages/<slug:kind>/", passage_views.tell, name="pass_outgoing_letter"),
]
