"""What is published holds no secret, no machine's path, nothing heavy and no exception without a reason."""

import io
import re
import shutil
import subprocess
import tokenize
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LARGEST = 1_000_000
LOCKS = ("requirements.lock", "requirements-dev.lock")
# A dash or a second comment sign after the code, and at least a word.
REASON = r"\s*(?:-|#|—)\s*\w.*[A-Za-z]{3,}"
EXCEPTIONS = {
    "noqa": re.compile(rf"#\s*noqa:\s*[A-Z]+[0-9]+(?:,\s*[A-Z]+[0-9]+)*{REASON}"),
    "type: ignore": re.compile(rf"#\s*type:\s*ignore\[[a-z-]+(?:,\s*[a-z-]+)*\]{REASON}"),
    "pragma: no cover": re.compile(rf"#\s*pragma:\s*no cover{REASON}"),
}
SECRETS = {
    "a bot token": re.compile(rb"\d{6,10}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"),
    "a bot token of another length": re.compile(rb"\d{8,10}:AA[A-Za-z0-9_-]{30,}"),
    "a private key": re.compile(rb"-----BEGIN [A-Z ]*PRIVATE" + rb" KEY-----"),
    "a cloud key": re.compile(rb"AKIA[0-9A-Z]{16}"),
    "an API key": re.compile(rb"\b(?:sk|ghp|gho|glpat|xox[bp])[-_][A-Za-z0-9_-]{20,}"),
}
PATHS = re.compile(rb"(?<![\w.)}>/-])/(?:work|root|home|Users)/\w")


@pytest.fixture(scope="module")
def published() -> list[Path]:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: what is published is not known")
    listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    paths = [ROOT / name for name in listed.decode().split("\0") if name]
    assert len(paths) > 100
    return [path for path in paths if path.is_file()]


@pytest.fixture(scope="module")
def sources(published) -> list[Path]:
    return [path for path in published if path.suffix == ".py"]


@pytest.mark.parametrize("kind", SECRETS)
def test_no_file_holds_what_looks_like_a_secret(published, kind):
    assert [str(path) for path in published if SECRETS[kind].search(path.read_bytes())] == []


def test_no_file_names_a_folder_of_somebodys_machine(published):
    found = [
        f"{path.relative_to(ROOT)}: {match.group().decode()}"
        for path in published
        for match in PATHS.finditer(path.read_bytes())
    ]
    assert found == []


def test_no_file_is_heavy(published):
    assert [str(path) for path in published if path.stat().st_size > LARGEST] == []


def test_nothing_private_is_published(published):
    names = {path.relative_to(ROOT).as_posix() for path in published}
    assert not {name for name in names if name == ".env" or name.startswith((".venv/", "data/"))}
    assert not {name for name in names if name.endswith((".db", ".db-wal", ".pyc", ".log"))}
    assert "uv.lock" not in names, "it holds registry addresses"


@pytest.mark.parametrize("kind", EXCEPTIONS)
def test_every_exception_from_a_rule_has_its_reason_beside_it(sources, kind):
    bare = [
        f"{path.relative_to(ROOT)}:{token.start[0]}: {token.string}"
        for path in sources
        for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline)
        if token.type == tokenize.COMMENT and re.search(rf"#\s*{kind}\b", token.string)
        if not EXCEPTIONS[kind].search(token.string)
    ]
    assert bare == []


def test_no_file_as_a_whole_is_taken_out_of_the_rules(sources):
    directives = re.compile(r"^#\s*(?:ruff|flake8|mypy|pylint):", re.MULTILINE)
    assert [str(path) for path in sources if directives.search(path.read_text())] == []


# --- the locks


def entries(lock: str) -> dict[str, str]:
    """Return each package of a lock with the whole text of its entry."""
    text = (ROOT / lock).read_text()
    lines = [line for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    return {re.split(r"[=\[ ]", entry, maxsplit=1)[0]: entry for entry in joined.splitlines()}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_with_hashes(lock):
    packages = entries(lock)
    assert len(packages) > 20
    for name, entry in packages.items():
        assert re.fullmatch(
            r"[a-z0-9.-]+(\[[a-z,]+\])?==[\w.!+]+( ; [^#]+?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*", entry
        ), name


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock):
    text = (ROOT / lock).read_text()
    assert not re.search(r"https?:|git\+|file:|--(extra-)?index-url|--find-links|--trusted-host| @ ", text)


def test_the_locks_hold_everything_that_is_asked_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {re.split(r"[\[>=<~! ]", name)[0] for name in project["project"]["dependencies"]}
    for_work = {re.split(r"[\[>=<~! ]", name)[0] for name in project["dependency-groups"]["dev"]}
    running, working = entries("requirements.lock"), entries("requirements-dev.lock")
    assert wanted <= set(running)
    assert for_work <= set(working)
    for name, entry in running.items():
        assert working.get(name, "").split()[:1] == entry.split()[:1], f"{name} differs between the locks"
