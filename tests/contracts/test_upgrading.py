"""What the first release held, brought to the present: nothing is lost, and all of it verifies."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping

import pytest

from tests.contracts.first_release.upgrade import PAGES, schema
from tests.contracts.test_backups import empty_machine
from tests.repository.tree import ROOT

__all__ = ["empty_machine"]


@pytest.mark.django_db(transaction=True)
def test_a_database_of_the_first_release_goes_on(empty_machine: Mapping[str, str]) -> None:
    own = {name: value for name, value in os.environ.items() if not name.startswith("TACITE_")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.contracts.first_release.upgrade"],
        cwd=ROOT,
        env=own | {"DJANGO_SETTINGS_MODULE": "settings.development"} | empty_machine,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout)
    assert "tels qu’ils ont été écrits" in told["said"]
    assert "Tout ce qui est enregistré est ce que donnent les événements." in told["said"]
    assert "Tous les fichiers sont tels qu’ils ont été déposés." in told["said"]
    assert told["kept"] == []
    assert len(told["pages"]) > len(PAGES)
    assert set(told["pages"].values()) == {200}
    assert told["schema"] == schema()
