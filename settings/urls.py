from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from access.api import urls as access_api

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("desk.urls")),
    path("", include("forms_annexes.urls")),
    path("api/v1/", access_api),
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
