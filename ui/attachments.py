"""Stored files given out as files to keep: none is ever shown as a page of this site."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header


def attachment(content: bytes | IO[bytes], name: str, content_type: str) -> HttpResponseBase:
    """A file under its name; what is open is sent piece by piece, and closed by the response."""
    response: HttpResponseBase
    if isinstance(content, bytes):
        response = HttpResponse(content, content_type=content_type)
        response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    else:
        response = FileResponse(
            content, as_attachment=True, filename=name, content_type=content_type
        )
    return _kept_private(response)


def streamed(
    pieces: Iterable[str] | Iterable[bytes], name: str, content_type: str
) -> HttpResponseBase:
    """A file under its name, sent piece by piece as it is made; a text, in UTF-8."""
    if content_type.startswith("text/"):
        content_type = f"{content_type}; charset=utf-8"
    response = StreamingHttpResponse(pieces, content_type=content_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return _kept_private(response)


def _kept_private(response: HttpResponseBase) -> HttpResponseBase:
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
