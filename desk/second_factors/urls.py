"""Of the pages of allauth about second factors, those for which there is a use, under our names."""

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, path

from desk.second_factors import account_views, proving_views, reset_views
from desk.second_factors.access import for_staff

urlpatterns: list[URLPattern | URLResolver] = [
    path(
        "connexion/second-facteur/",
        login_not_required(proving_views.SecondStepView.as_view()),
        name="mfa_authenticate",
    ),
    path(
        "mon-compte/confirmation/",
        for_staff(proving_views.PasswordAgainView.as_view()),
        name="account_reauthenticate",
    ),
    path(
        "mon-compte/confirmation/code/",
        for_staff(proving_views.CodeAgainView.as_view()),
        name="mfa_reauthenticate",
    ),
    path(
        "mon-compte/confirmation/cle/",
        for_staff(proving_views.KeyAgainView.as_view()),
        name="mfa_reauthenticate_webauthn",
    ),
    path("mon-compte/", for_staff(account_views.account), name="mfa_index"),
    path(
        "mon-compte/application/",
        for_staff(account_views.AddApplicationView.as_view()),
        name="mfa_activate_totp",
    ),
    path(
        "mon-compte/application/retrait/",
        for_staff(account_views.RemoveApplicationView.as_view()),
        name="mfa_deactivate_totp",
    ),
    path(
        "mon-compte/cles/ajout/",
        for_staff(account_views.AddKeyView.as_view()),
        name="mfa_add_webauthn",
    ),
    path(
        "mon-compte/cles/<int:pk>/retrait/",
        for_staff(account_views.remove_key),
        name="mfa_remove_webauthn",
    ),
    path(
        "mon-compte/codes-de-secours/",
        for_staff(account_views.CodesView.as_view()),
        name="mfa_view_recovery_codes",
    ),
    path(
        "mon-compte/codes-de-secours/nouveaux/",
        for_staff(account_views.NewCodesView.as_view()),
        name="mfa_generate_recovery_codes",
    ),
    path("seconds-facteurs/", reset_views.staff, name="second_factors_of_staff"),
    path("seconds-facteurs/<int:pk>/retrait/", reset_views.reset_one, name="reset_second_factor"),
]
