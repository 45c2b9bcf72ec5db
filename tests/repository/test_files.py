"""What the files of the project may hold."""

import re
import tomllib

import pytest

from tests.repository.tree import PACKAGES, ROOT, modules, own_files

TEXT = {".py", ".html", ".css", ".js", ".toml", ".txt", ".json", ".md", ".svg", ".yml", ""}
LONGEST_MODULE = 400

# Spelled so that this file does not hold what it looks for.
OF_ONE_MACHINE = re.compile(
    r"(?<![\w.{}<>*])/(?:work|root|home|Users|tmp)/\w"
    r"|\.\./[s]hared"
    r"|(?:pypi|pythonhosted|npmjs|debian)\.(?:org|com)/"
)


def test_no_file_leans_on_one_machine() -> None:
    leaning = [
        f"{file.relative_to(ROOT)}:{number}: {match[0]}"
        for file in own_files()
        if file.suffix in TEXT
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if (match := OF_ONE_MACHINE.search(line))
    ]
    assert leaning == []


@pytest.mark.parametrize("package", [*PACKAGES, "settings", "tests"])
def test_a_module_is_short_enough_to_read_at_once(package: str) -> None:
    long = {
        str(module.relative_to(ROOT)): lines
        for module in modules(package)
        if "migrations" not in module.parts
        and (lines := len(module.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE
    }
    assert long == {}


def declared() -> set[str]:
    """Give the distributions that pyproject.toml asks for, in lower case."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    requirements = [*project["dependencies"], *(line for extra in extras for line in extra)]
    return {re.split(r"[\[<>=~! ]", line, maxsplit=1)[0].lower() for line in requirements}


def pinned() -> dict[str, str]:
    """Give the versions of constraints.txt; fail on a line that is no `name==version`."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [re.fullmatch(r"([\w.-]+)==([\w.]+)", line) for line in lines]
    assert all(pins), [line for line, pin in zip(lines, pins, strict=True) if not pin]
    return {pin[1].lower().replace("_", "-"): pin[2] for pin in pins if pin}


def test_each_dependency_is_pinned() -> None:
    assert declared() - set(pinned()) == set()


def test_each_dependency_has_its_reason() -> None:
    page = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    explained = {name.lower() for name in re.findall(r"^\| `([\w.-]+)", page, re.MULTILINE)}
    assert explained == declared()
