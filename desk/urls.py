from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from desk import event_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(pattern_name="conventions"), name="home"),
    path("", include("desk.signing_in.urls")),
    path("comptes/", include("desk.accounts.urls")),
    path("conventions/", views.conventions, name="conventions"),
    path("conventions/nouvelle/", include("desk.drafting.urls")),
    path("conventions/<int:pk>/", views.convention, name="convention"),
    path("conventions/<int:pk>/evenements/", event_views.choose, name="choose_event"),
    path("conventions/<int:pk>/evenements/<slug:kind>/", event_views.tell, name="tell_event"),
    path(
        "conventions/<int:pk>/annulations/<str:identifier>/", event_views.annul, name="annul_event"
    ),
    path("conventions/<int:pk>/questions/<str:identity>/", event_views.decide, name="decide"),
    path("conventions/<int:pk>/pieces/<int:file>/", views.evidence, name="evidence"),
]
