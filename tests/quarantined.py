"""An antivirus that runs, and a file in which it finds something."""

from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest

from tests.forms_annexes.files import a_pdf
from tests.services.antivirus_daemon import EICAR, Daemon, antivirus_daemon


@pytest.fixture
def daemon(settings: Any) -> Iterator[Daemon]:
    """An antivirus, as the settings name it."""
    with antivirus_daemon() as running:
        settings.TACITE_ANTIVIRUS = {"address": running.address, "seconds": 10}
        yield running


def infected() -> bytes:
    """A PDF without fault but for what an antivirus finds in it."""

    def carry(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Carried = pdf.make_stream(EICAR)

    return a_pdf(carry, compress_streams=False)
