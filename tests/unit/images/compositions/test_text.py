from PIL import Image

from bot.images.compositions.parts import draw_text

CENTRE, SIZE = (200, 60), 40


def foot_of_first_letter(text):
    """Return the lowest dark row in the left fifth of what was written."""
    page = Image.new("RGB", (400, 120), "white")
    draw_text(page, text, CENTRE, SIZE, (0, 0, 0))
    left, top, right, bottom = page.convert("L").point(lambda value: 255 * (value < 128)).getbbox()
    first = page.convert("L").crop((left, top, left + (right - left) // 5, bottom))
    return top + first.point(lambda value: 255 * (value < 128)).getbbox()[3]


def test_labels_beside_each_other_stand_on_one_line():
    assert (
        foot_of_first_letter("Buzz cut") == foot_of_first_letter("Bingy gap") == foot_of_first_letter("Bun")
    )


def test_a_number_is_in_the_middle_of_its_disc():
    page = Image.new("L", (400, 120), "white")
    draw_text(page, "0", CENTRE, SIZE, 0)
    left, top, right, bottom = page.point(lambda value: 255 * (value < 128)).getbbox()
    assert abs((left + right) / 2 - CENTRE[0]) <= 1
    assert abs((top + bottom) / 2 - CENTRE[1]) <= 1
