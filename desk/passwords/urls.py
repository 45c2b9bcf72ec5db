"""The pages of passwords."""

from django.urls import path

from desk.passwords import views
from desk.second_factors.access import for_staff

urlpatterns = [
    path("mon-compte/mot-de-passe/", for_staff(views.ChangeView.as_view()), name="change_password"),
    path("connexion/mot-de-passe-oublie/", views.ask, name="ask_password_link"),
    path("connexion/mot-de-passe-oublie/envoye/", views.asked, name="password_link_asked"),
    path("connexion/mot-de-passe-oublie/<uidb64>/<token>/", views.choose, name="choose_password"),
]
