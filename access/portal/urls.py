from django.urls import path

from access.portal import views

urlpatterns = [
    path("", views.sign_in, name="portal"),
    path("mot-de-passe/", views.choose_password, name="portal_password"),
    path("services/", views.services, name="portal_services"),
    path("sortie/", views.leave, name="portal_leave"),
]
