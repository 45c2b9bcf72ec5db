"""The pages of the roles and delegations of a caisse's staff."""

from django.urls import URLPattern, URLResolver, path

from desk.staff import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.staff, name="staff"),
    path("role/", views.give, name="give_role"),
    path("roles/<int:pk>/fin/", views.end, name="end_role"),
    path("delegation/", views.entrust, name="delegate"),
    path("delegations/<int:pk>/fin/", views.take_back, name="end_delegation"),
]
