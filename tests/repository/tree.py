"""The project's own files, and the imports its modules make."""

import ast
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# From the lowest to the highest, beside `ui`, which stands apart.
ENGINE_TO_DESK = (
    "workflows",
    "templates_conventions",
    "contracts",
    "notifications",
    "access",
    "forms_annexes",
    "desk",
)
PACKAGES = (*ENGINE_TO_DESK, "ui")

NOT_OURS = {".git", ".venv", "var", "build", "vendor", "__pycache__", "node_modules"}


def own_files() -> Iterator[Path]:
    """Give every file of the project that a person of the project wrote."""
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [
            name
            for name in folders
            if name not in NOT_OURS and not name.endswith(("_cache", ".egg-info", ".hypothesis"))
        ]
        yield from (Path(folder) / file for file in files)


def modules(package: str) -> list[Path]:
    """Give the Python files of a package, migrations included."""
    return sorted((ROOT / package).rglob("*.py"))


@cache
def parsed(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"), str(module))


@dataclass(frozen=True)
class Import:
    """One imported name, made absolute, and where it is imported."""

    name: str
    module: Path
    line: int

    def __str__(self) -> str:
        return f"{self.module.relative_to(ROOT)}:{self.line} imports {self.name}"


def imports(module: Path) -> Iterator[Import]:
    """Give all imports of a module: at its top, inside functions, relative, or by name.

    `from a import b` is given as `a.b`, as `b` may be a module.
    """
    package = module.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(parsed(module)):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    yield Import(alias.name, module, node.lineno)
            case ast.ImportFrom(module=source, names=names, level=level):
                base = [*package[: len(package) - level + 1]] if level else []
                for alias in names:
                    name = ".".join([*base, *filter(None, [source]), alias.name])
                    yield Import(name, module, node.lineno)
            case ast.Call(
                func=ast.Name(id="import_module" | "__import__" | "import_string")
                | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield Import(name, module, node.lineno)
