"""Who opens the pages of the desk in tests, and the eyes that read them."""

import re
from datetime import date
from html import unescape
from typing import Any

from django.test import Client

from contracts.models import Caisse, User, UserScope


def words(response: Any, status: int = 200) -> str:
    """The words of a page, with plain spaces; what it is made of is left out."""
    html = response.content.decode()
    assert response.status_code == status, html
    text = re.sub(r"<(style|script|title).*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(text).replace("\N{NO-BREAK SPACE}", " "))


def in_role(user: User, caisse: Caisse, role: str, client: Client) -> Client:
    """``client``, where ``user`` is signed in with one more role."""
    UserScope.objects.create(user=user, caisse=caisse, role=role, first_day=date(2024, 1, 1))
    client.force_login(user)
    return client


def somebody(caisse: Caisse, role: str) -> Client:
    """A new user in a role, signed in."""
    user = User.objects.create_user(f"{role}@caisse.example")
    return in_role(user, caisse, role, Client())
