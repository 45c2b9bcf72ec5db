"""Of the pages of allauth, those for which there is a use, under our addresses."""

from django.urls import URLPattern, URLResolver, path

from desk.signing_in import views

_sign_in = views.SignInView.as_view()

urlpatterns: list[URLPattern | URLResolver] = [
    path("connexion/", _sign_in, name="sign_in"),
    # allauth asks for its own names.
    path("connexion/", _sign_in, name="account_login"),
    path(
        "connexion/envoi-du-code/",
        views.RequestCodeView.as_view(),
        name="account_request_login_code",
    ),
    path("connexion/code/", views.EnterCodeView.as_view(), name="account_confirm_login_code"),
    path("session/", views.session_left, name="session_left"),
    path("session/prolongation/", views.stay_signed_in, name="stay_signed_in"),
]
