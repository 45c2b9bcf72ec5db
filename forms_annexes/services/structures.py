"""The structure that a form is about, when the convention leaves no choice."""

from __future__ import annotations

from contracts.models import Convention, Site


def only_site(convention: Convention) -> Site | None:
    """The structure of the convention when it covers one only."""
    sites = list(convention.sites.order_by("pk")[:2])
    return sites[0] if len(sites) == 1 else None
