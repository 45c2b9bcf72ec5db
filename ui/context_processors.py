"""What every page's layout needs to know."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str]:
    """Give the layout the address of the source, which the licence owes to its users."""
    return {"source_url": settings.TACITE_SOURCE_URL}
