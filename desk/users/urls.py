"""The pages of the named users: across the caisses, and under their convention."""

from django.urls import URLPattern, URLResolver, path

from desk.users import event_views, register_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("utilisateurs/", views.users, name="users"),
    path("utilisateurs/export.csv", views.users_csv, name="users_csv"),
    path("utilisateurs/acces-au/", register_views.access_on, name="access_on"),
    path("utilisateurs/acces-au/export.csv", register_views.access_on_csv, name="access_on_csv"),
    path("conventions/<int:pk>/utilisateurs/<int:habilitation>/", views.user, name="user"),
    path(
        "conventions/<int:pk>/utilisateurs/<int:habilitation>/evenements/",
        event_views.choose,
        name="choose_user_event",
    ),
    path(
        "conventions/<int:pk>/utilisateurs/<int:habilitation>/evenements/<slug:kind>/",
        event_views.tell,
        name="tell_user_event",
    ),
    path(
        "conventions/<int:pk>/utilisateurs/<int:habilitation>/annulations/<str:identifier>/",
        event_views.annul,
        name="annul_user_event",
    ),
    path(
        "conventions/<int:pk>/utilisateurs/<int:habilitation>/pieces/<int:file>/",
        views.evidence,
        name="user_evidence",
    ),
]
