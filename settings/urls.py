from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    # First, as portals ask at every entry and every address before it is tried in vain.
    path("api/", include("access.api.urls")),
    path("", include("desk.urls")),
    path("", include("forms_annexes.urls")),
    path("desabonnement/", include("notifications.rhythms.urls")),
    path("activation/", include("access.activation.urls")),
    path("mot-de-passe-perdu/", include("access.lost_password.urls")),
    path("calendriers/", include("notifications.calendars.urls")),
]
if settings.TACITE_DEMONSTRATION:
    # Stands in for the caisse's extranet, over the embedded directory.
    urlpatterns += [
        path("portail/", include("access.portal.urls")),
        path("demonstration/", include("desk.demonstration.urls")),
        path("demonstration/courriels/", include("notifications.urls")),
    ]

handler400 = "ui.errors.bad_request"
handler403 = "ui.errors.permission_denied"
handler404 = "ui.errors.page_not_found"
# allauth's, for who asks for too much at once.
handler429 = "desk.signing_in.views.too_many_requests"
handler500 = "ui.errors.server_error"
