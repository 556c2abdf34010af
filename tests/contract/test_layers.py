"""Modules know only what lies below them, know outside libraries only where they belong, and open nothing."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("bot", "handlers", "storage")

# Where a library may be imported; everything else of ours must do without it.
HOMES = {
    "telegram": ("handlers", "bot.app", "bot.web", "bot.check", "bot.chat"),
    "httpx": ("bot.providers",),
    "httpcore": (),
    "requests": (),
    "aiohttp": (),
    "urllib.request": (),
    "http.client": (),
    "sqlalchemy": ("storage",),
    "alembic": ("storage",),
    "aiosqlite": ("storage",),
    "sqlite3": ("storage",),
    "asyncpg": ("storage",),
    "PIL": ("bot.images",),
    "pillow_heif": ("bot.images",),
    "pydantic": ("bot.settings",),
    "pydantic_settings": ("bot.settings",),
    "babel": ("bot.texts",),
    "gettext": ("bot.texts",),
    "bot.sandbox": ("bot.__main__",),
}
# Alembic runs these; they are not imported.
SCRIPTS = ("storage.migrations.env", "storage.migrations.versions")


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def modules() -> dict[str, Path]:
    found = {module_name(path): path for package in OURS for path in sorted((ROOT / package).rglob("*.py"))}
    return {name: path for name, path in found.items() if not is_in(name, ("bot.sandbox",))}


def is_in(name: str, places: tuple[str, ...]) -> bool:
    return any(name == place or name.startswith(f"{place}.") for place in places)


@cache
def imports(path: Path) -> tuple[str, ...]:
    """Return every name that is imported anywhere in a file, inside functions too."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Import(names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module, names, 0) if module:
                yield from (f"{module}.{alias.name}" for alias in names)
            case ast.ImportFrom(level=level) if level:
                yield "a relative import"
            case ast.Call(ast.Name("__import__")) | ast.Call(ast.Attribute(attr="import_module")):
                yield "an import by name"


def layers() -> tuple[str, ...]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    (contract,) = (one for one in settings["tool"]["importlinter"]["contracts"] if one["type"] == "layers")
    return tuple(name.strip() for layer in contract["layers"] for name in layer.split("|"))


MODULES = modules()


def test_there_are_modules_to_look_at():
    assert {"bot.app", "bot.check", "handlers.registry", "storage.ledger"} <= set(MODULES)


def test_every_module_is_in_a_layer():
    homeless = [name for name in MODULES if name != "bot" and not is_in(name, layers())]
    assert homeless == []


def test_every_layer_is_there():
    assert [name for name in layers() if name not in MODULES] == []


@pytest.mark.parametrize("library", HOMES)
def test_a_library_is_known_only_where_it_belongs(library):
    strangers = [
        f"{name} imports {imported}"
        for name, path in MODULES.items()
        if not is_in(name, HOMES[library])
        for imported in imports(path)
        if is_in(imported, (library,))
    ]
    assert strangers == []


def test_nothing_is_imported_by_name_or_relatively():
    odd = [
        f"{name}: {imported}"
        for name, path in MODULES.items()
        for imported in imports(path)
        if imported in {"a relative import", "an import by name"}
    ]
    assert odd == []


def test_the_sandbox_knows_nothing_of_the_bot():
    strangers = [
        f"{module_name(path)} imports {imported}"
        for path in (ROOT / "bot" / "sandbox").rglob("*.py")
        for imported in imports(path)
        if is_in(imported, OURS) and not is_in(imported, ("bot.sandbox",))
    ]
    assert strangers == []


def test_only_the_command_line_reads_the_environment():
    """A switch of a library that exists only as a variable may be set, never read."""
    readers = [
        f"{name}: {ast.unparse(node)}"
        for name, path in MODULES.items()
        if name != "bot.__main__"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and re.search(r"\b(environb?|getenv)$", ast.unparse(node))
        if f"{ast.unparse(node)}.setdefault('PTB_TIMEDELTA', '1')"
        not in ast.unparse(ast.parse(path.read_text()))
    ]
    assert readers == []


def test_the_root_package_is_empty():
    assert (ROOT / "bot" / "__init__.py").read_text() == ""


def test_the_import_contracts_are_kept():
    linter = Path(sys.executable).with_name("lint-imports")
    ended = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=100, check=False
    )
    assert ended.returncode == 0, ended.stdout
    assert " 0 broken" in ended.stdout


WATCHED = """
import importlib, json, sys

names = json.loads(sys.argv[1])
for name in names:
    importlib.import_module(name)
# Once more, watched: the libraries are there by now, so what happens is our modules' own doing.
for name in names:
    sys.modules.pop(name, None)
seen = []

def watch(event, arguments):
    opening = event == "open" and not str(arguments[0]).endswith((".py", ".pyc"))
    starting = event.startswith(("socket.", "subprocess.", "os.fork", "os.exec", "os.mkdir", "os.rename",
                                 "os.remove", "os.putenv", "sqlite3.", "_thread.start_new_thread"))
    if opening or starting:
        seen.append(f"{event} {arguments}")

sys.addaudithook(watch)
for name in names:
    importlib.import_module(name)
print(json.dumps(seen))
"""


def test_importing_any_module_opens_nothing():
    names = [name for name in MODULES if not is_in(name, SCRIPTS)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    ended = subprocess.run(
        [sys.executable, "-c", WATCHED, json.dumps(names)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == []


def test_the_layers_in_contributing_are_those_that_are_checked():
    told = re.search(
        r"^```\n(bot\.__main__ .*?)^```", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE | re.DOTALL
    )
    assert told is not None
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    [contract] = [one for one in project["tool"]["importlinter"]["contracts"] if one["type"] == "layers"]
    modules = [re.findall(r"(?:bot\.\w+|handlers|storage)\b", line) for line in told[1].splitlines()]
    assert [one for one in modules if one] == [layer.split(" | ") for layer in contract["layers"]]
