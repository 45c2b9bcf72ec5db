from importlib.metadata import version
from pathlib import Path

import pytest
from django.core.checks import run_checks

from access.checks import only_one_django_fsm


def test_the_guard_library_is_the_maintained_one() -> None:
    assert version("django-fsm-2")
    assert only_one_django_fsm(None) == []


def test_the_inactive_library_beside_it_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "django_fsm-3.0.1.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: django-fsm\nVersion: 3.0.1\n")
    monkeypatch.syspath_prepend(tmp_path)
    errors = [found for found in run_checks() if found.id == "access.E001"]
    assert len(errors) == 1
    assert "pip uninstall django-fsm" in str(errors[0].hint)
