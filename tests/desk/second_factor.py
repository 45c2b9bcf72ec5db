"""One of the staff with a telephone, as tests need them."""

import base64
import hmac
import re
import struct
import time
from typing import Any

from django.test import Client

PASSWORD = "un mot de passe assez long"


def code_of(key: str, periods_from_now: int = 0) -> str:
    """The six digits that an application shows for a key (RFC 6238, SHA-1, thirty seconds)."""
    counter = struct.pack(">Q", int(time.time()) // 30 + periods_from_now)
    digest = hmac.new(base64.b32decode(key), counter, "sha1").digest()
    [number] = struct.unpack_from(">I", digest, digest[-1] & 15)
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06d}"


def sign_in(client: Client, address: str, password: str = PASSWORD, **more: Any) -> Any:
    return client.post("/connexion/", {"username": address, "password": password}, **more)


def key_shown(client: Client) -> str:
    """The key written beneath the drawing, as somebody without a camera copies it."""
    page = client.get("/mon-compte/application/").content.decode()
    found = re.search(r">([A-Z2-7]{4}(?: [A-Z2-7]{4}){7})<", page)
    assert found is not None, page
    return found[1].replace(" ", "")


def with_application(client: Client, address: str) -> str:
    """Sign in, add an application, and give its key."""
    sign_in(client, address)
    key = key_shown(client)
    # Of the period before, so that the code of now still serves.
    answer = client.post("/mon-compte/application/", {"code": code_of(key, -1)})
    assert answer.status_code == 302, answer.content.decode()
    return key
