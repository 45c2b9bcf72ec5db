"""The pages of the provider's way in and out."""

from django.urls import path

from desk.single_sign_on import views

urlpatterns = [
    path("connexion/organisation/", views.go, name="single_sign_on"),
    path("connexion/organisation/retour/", views.back, name="single_sign_on_back"),
    path("deconnexion/", views.sign_out, name="sign_out"),
]
