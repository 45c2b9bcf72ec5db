from django.urls import URLPattern, URLResolver, path

from desk.accounts import credential_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.waiting, name="accounts"),
    path("a-imprimer/", views.printable, name="accounts_on_paper"),
    path("taches/<int:pk>/", views.task, name="directory_task"),
    path("identifiants/<int:pk>/", credential_views.credentials, name="credentials"),
    path("identifiants/<int:pk>/courriel/", credential_views.seal, name="credentials_seal"),
    path("identifiants/<int:pk>/courrier/", credential_views.letter, name="credentials_letter"),
    path("identifiants/<int:pk>/envoi/", credential_views.renew, name="credentials_renew"),
    path("remises/<int:pk>/", views.hand_over, name="hand_over"),
]
