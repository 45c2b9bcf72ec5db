"""The direction of imports: each package knows those below it, and the core does no I/O."""

import ast
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.repository.tree import ENGINE_TO_DESK, PACKAGES, ROOT, imports, modules, parsed

PURE = (
    "acts",
    "access",
    "calendar",
    "clock",
    "convention",
    "deadlines",
    "facts",
    "habilitation",
    "questions",
    "replay",
    "rulebook",
    "rulebook_checks",
    "timeline",
)

# Django comes along with `viewflow.fsm`; the core itself never calls it.
WORDS_ONLY = {"django.db.models.TextChoices"}
"""An enumeration with its French words: it touches no database."""

REACHING_OUT = {
    "asyncio",
    "django",
    "http",
    "io",
    "logging",
    "os",
    "pathlib",
    "shutil",
    "socket",
    "sqlite3",
    "subprocess",
    "tempfile",
    "urllib",
}


def allowed(package: str) -> set[str]:
    """Say which packages of the house a package may import; the pages may draw with `ui`."""
    if package == "ui":
        return {"ui"}
    below = set(ENGINE_TO_DESK[: ENGINE_TO_DESK.index(package) + 1])
    return below | {"ui"} if package in {"forms_annexes", "desk"} else below


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_only_point_down(package: str) -> None:
    house = {*PACKAGES, "settings", "tests", "bench"}
    upward = [
        str(found)
        for module in modules(package)
        for found in imports(module)
        if (top := found.name.split(".")[0]) in house and top not in allowed(package)
    ]
    assert upward == []


def core() -> set[Path]:
    """Give the modules of the pure core, and every module of `workflows` that they import."""
    reached: set[Path] = set()
    to_visit = {ROOT / "workflows" / f"{name}.py" for name in PURE}
    while to_visit:
        module = to_visit.pop()
        reached.add(module)
        for found in imports(module):
            parts = found.name.split(".")
            if parts[0] == "workflows" and len(parts) > 1:
                neighbour = ROOT / "workflows" / f"{parts[1]}.py"
                if neighbour not in reached:
                    to_visit.add(neighbour)
    return reached


def test_the_core_imports_nothing_that_reaches_out() -> None:
    reaching = [
        str(found)
        for module in core()
        for found in imports(module)
        if found.name.split(".")[0] in REACHING_OUT and found.name not in WORDS_ONLY
    ]
    assert sorted(reaching) == []


def test_the_core_opens_no_file() -> None:
    opening = [
        f"{module.relative_to(ROOT)}:{node.lineno}"
        for module in core()
        for node in ast.walk(parsed(module))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"open", "print", "input"}
    ]
    assert opening == []


def test_only_the_clock_asks_for_the_time() -> None:
    asking = [
        str(found)
        for package in PACKAGES
        for module in modules(package)
        for found in imports(module)
        if found.name in {"time.time", "time.localtime", "django.utils.timezone.now"}
        or found.name.startswith("django.utils.timezone.local")
    ]
    assert asking == []


@pytest.mark.parametrize("module", modules("bench"), ids=lambda module: module.stem)
def test_what_a_benchmark_imports_is_there(module: Path) -> None:
    """No test runs a benchmark: what it takes from elsewhere may move without anybody knowing."""
    missing = []
    for one in imports(module):
        package, _, name = one.name.rpartition(".")
        if one.name.partition(".")[0] not in (*PACKAGES, "tests") or not package:
            continue
        source = import_module(package)
        is_module = hasattr(source, "__path__") and find_spec(one.name) is not None
        if not is_module and not hasattr(source, name):
            missing.append(str(one))
    assert missing == []
