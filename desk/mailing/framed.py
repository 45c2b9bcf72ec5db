"""The page of a mail shown within one of ours: alone with its style, and no script in it runs."""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.http import HttpResponse
from django.views.decorators.clickjacking import xframe_options_sameorigin

_ALONE = {
    "default-src": [NONE],
    # A mail carries its own style, as mailboxes read no other.
    "style-src": [UNSAFE_INLINE],
    "frame-ancestors": [SELF],
}


def framed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorator: let the answer stand in a frame of this site, without script or form."""
    alone: Callable[..., HttpResponse] = csp_replace(_ALONE)(view)
    return xframe_options_sameorigin(alone)
