"""Where the system has no FriBiDi, a sheet has numbers in place of Arabic names, and the rest as ever."""

import os
import subprocess
import sys
import textwrap

import pytest

from tests.unit.images.compositions.marks import needs_fribidi

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the library is hidden in the way of Linux")

SCRIPT = """
    import asyncio, io
    from PIL import Image, features
    from bot.check.run import _lettering
    from bot.images import Images

    async def compared(pictures, *labels):
        async with Images() as images:
            return await images.compare_sheet(pictures, labels)

    buffer = io.BytesIO()
    Image.new("RGB", (300, 450), (220, 40, 40)).save(buffer, "JPEG")
    sheet = lambda *labels: asyncio.run(compared([buffer.getvalue()] * 2, *labels))
    print(features.check("raqm"))
    print(sheet("قصة بوب", "أسود") == sheet())
    print(sheet("قصة بوب", "Bob") == sheet("1", "Bob"))
    print(sheet("\u2068Bob\u2069", "Чёлка") == sheet("Bob", "Чёлка"))
    print(sheet("Моño", "Чёлка") == sheet("1", "Чёлка"))
    print(any("libfribidi0" in line.text for line in _lettering()))
"""


def answers(folder):
    environment = {**os.environ, "LD_LIBRARY_PATH": str(folder), "PYTHONUTF8": "1"}
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(SCRIPT)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.stderr == ""
    return ended.stdout.split()


def test_arabic_is_left_to_numbers(tmp_path):
    (tmp_path / "libfribidi.so.0").touch()  # found first, and no library

    assert answers(tmp_path) == ["False", "True", "True", "True", "False", "True"]


@needs_fribidi
def test_with_the_library_arabic_is_written(tmp_path):
    assert answers(tmp_path) == ["True", "False", "False", "True", "False", "False"]
