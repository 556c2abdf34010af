"""What the documents point at is there: files, folders, modules, headings, tests and commands."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
FOLDERS = ("bot", "handlers", "storage", "tests", "docs", "benchmarks", ".ci")

FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
PATH = re.compile(rf"(?:{'|'.join(map(re.escape, FOLDERS))})/[\w./*-]*")
MODULE = re.compile(r"(?:bot|handlers|storage)(?:\.[a-z_]+)+")
LINK = re.compile(r"\]\(([^)\s]+)\)")
# Made by whoever follows the instructions.
MADE = {"bot/texts/locales/it.po"}


def name(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


def paths_in(text: str) -> set[str]:
    """Return what looks like a path of ours in code spans, code blocks and diagrams."""
    code = [*SPAN.findall(FENCED.sub("", text)), *FENCED.findall(text)]
    starts = re.compile(rf"(?<![\w./-]){PATH.pattern}")
    return {found.rstrip(".") for part in code for found in starts.findall(part)} - MADE


def modules_in(text: str) -> set[str]:
    return {span for span in SPAN.findall(FENCED.sub("", text)) if MODULE.fullmatch(span)}


def is_module(dotted: str) -> bool:
    """Return whether a dotted name is a module, or something that a module's file names."""
    parts = dotted.split(".")
    place = ROOT.joinpath(*parts)
    if place.is_dir() or place.with_suffix(".py").is_file():
        return True
    home = ROOT.joinpath(*parts[:-1]).with_suffix(".py")
    return home.is_file() and re.search(rf"\b{parts[-1]}\b", home.read_text()) is not None


def anchors(document: Path) -> set[str]:
    """Return the anchors that GitHub makes of a document's headings."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", document.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_path_in_code_is_there(document):
    assert sorted(path for path in paths_in(document.read_text()) if not any(ROOT.glob(path))) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_module_in_code_is_there(document):
    assert sorted(module for module in modules_in(document.read_text()) if not is_module(module)) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_link_inside_the_repository_leads_somewhere(document):
    dead = []
    for link in LINK.findall(FENCED.sub("", document.read_text())):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)
    assert dead == []


def test_the_list_of_decisions_has_each_with_its_title():
    listed = (ROOT / "docs" / "adr" / "README.md").read_text()
    for record in sorted((ROOT / "docs" / "adr").glob("0*.md")):
        number, title = re.fullmatch(r"# (\d+)\. (.+)", record.read_text().partition("\n")[0]).groups()
        assert f"| [{int(number):04}]({record.name}) | {title} |" in listed


def test_the_search_finds_what_is_there_to_be_found():
    text = 'See `bot/gone.py` and `bot.gone`.\n```mermaid\na["storage/gone.py<br>x"]\n```\nhttps://x.y/docs/z'
    assert paths_in(text) == {"bot/gone.py", "storage/gone.py"}
    assert modules_in(text) == {"bot.gone"}
    assert not is_module("bot.gone")
    found = set().union(*(paths_in(document.read_text()) for document in DOCUMENTS))
    assert len(found) > 50
