"""What the README promises is shown by a test that exists; the list of both is about the README as it is."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = re.findall(
    r"^\| (.+) \| `(tests/\S+\.py)::(\w+)` \|$", (ROOT / "docs/promises.md").read_text(), re.MULTILINE
)


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_the_list_is_read():
    assert len(ROWS) > 30


@pytest.mark.parametrize(("words", "path", "name"), ROWS, ids=[name for _, _, name in ROWS])
def test_promise_stands_in_the_readme_and_its_test_is_there(words, path, name):
    assert plain(words) in plain((ROOT / "README.md").read_text())
    assert re.search(rf"^(async )?def {name}\(", (ROOT / path).read_text(), re.MULTILINE)
