from django.urls import URLPattern, URLResolver, include, path

from desk import (
    dead_letter_views,
    document_views,
    event_views,
    evidence_views,
    held_run_views,
    home_views,
    system_state_views,
    views,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home_views.home, name="home"),
    path("", include("desk.signing_in.urls")),
    path("", include("desk.second_factors.urls")),
    path("", include("desk.users.urls")),
    path("", include("desk.questions.urls")),
    path("modeles/", include("desk.rulebooks.urls")),
    path("questions/positions/", include("desk.positions.urls")),
    path("utilisateurs/listes/", include("desk.reviews.urls")),
    path("comptes/", include("desk.accounts.urls")),
    path("connexions/", include("desk.connections.urls")),
    path("conventions/", include("desk.portfolio.urls")),
    path("conventions/nouvelle/", include("desk.drafting.urls")),
    path("envois-en-echec/", dead_letter_views.waiting, name="dead_letters"),
    path("envois-en-echec/<int:pk>/relance/", dead_letter_views.replay, name="replay_effect"),
    path("envois-en-echec/<int:pk>/ecart/", dead_letter_views.set_aside, name="set_effect_aside"),
    path("traitements-retenus/", held_run_views.waiting, name="held_runs"),
    path("traitements-retenus/<int:pk>/", held_run_views.look, name="held_run"),
    path("etat/", system_state_views.look, name="system_state"),
    path("acces-a-debloquer/", home_views.blocked, name="blocked_grants"),
    path("conventions/<int:pk>/", views.convention, name="convention"),
    path("conventions/<int:pk>/evenements/", event_views.choose, name="choose_event"),
    path("conventions/<int:pk>/evenements/<slug:kind>/", event_views.tell, name="tell_event"),
    path(
        "conventions/<int:pk>/annulations/<str:identifier>/", event_views.annul, name="annul_event"
    ),
    path("conventions/<int:pk>/questions/<str:identity>/", event_views.decide, name="decide"),
    path("conventions/<int:pk>/et-si/", include("desk.what_if.urls")),
    path("conventions/<int:pk>/courriers/", include("desk.letters.urls")),
    path("conventions/<int:pk>/copies-signees/", include("desk.signed_copies.urls")),
    path("numerisations/", include("desk.scanning.urls")),
    path("conventions/<int:pk>/documents/", document_views.documents, name="documents"),
    path(
        "conventions/<int:pk>/documents/emis/<int:issued>/",
        document_views.issued_document,
        name="issued_document",
    ),
    path(
        "conventions/<int:pk>/documents/lettre-familles/<slug:wanted>/",
        document_views.family_letter,
        name="family_letter",
    ),
    path(
        "conventions/<int:pk>/documents/<slug:code>/projet/<slug:wanted>/",
        document_views.draft_document,
        name="draft_document",
    ),
    path("conventions/<int:pk>/documents/<slug:code>/", document_views.on_screen, name="document"),
    path(
        "conventions/<int:pk>/documents/<slug:code>/emission/",
        document_views.issue_document,
        name="issue_document",
    ),
    path(
        "conventions/<int:pk>/dossier-de-preuve/",
        evidence_views.evidence_file,
        name="evidence_file",
    ),
    path("conventions/<int:pk>/", include("desk.avenants.urls")),
    path("conventions/<int:pk>/pieces/<int:file>/", views.evidence, name="evidence"),
]
