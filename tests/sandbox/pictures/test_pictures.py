import io

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat

from bot.sandbox.pictures.compose import (
    Garment,
    Haircut,
    Outfit,
    Photo,
    Scene,
    Tattoo,
    compose,
    encode,
    enlarged,
)
from bot.sandbox.pictures.cutout import cut_out
from bot.sandbox.pictures.recognition import sample_shown
from bot.sandbox.pictures.samples import (
    garment_names,
    people_names,
    sample_jpeg,
    sample_names,
    tricky_names,
)


def opened(data):
    return Image.open(io.BytesIO(data)).convert("RGB")


def sample(name):
    return Photo(sample_jpeg(name))


def difference(one, other, box):
    """Return how far two pictures are apart within a box, from 0 to 255."""
    return max(ImageStat.Stat(ImageChops.difference(one.crop(box), other.crop(box))).mean)


CHEST = (340, 480, 520, 660)
LEGS = (330, 900, 530, 1150)
FACE = (380, 170, 480, 290)
CARD = (648, 36, 828, 256)
RIBBON = (260, 1208, 604, 1264)


def test_there_are_three_people_four_garments_and_two_that_do_not_work():
    assert people_names() == ("anna", "ben", "kim")
    assert garment_names() == ("t-shirt", "dress", "jacket", "trousers")
    assert tricky_names() == ("two-friends", "mountains")
    assert sample_names() == people_names() + garment_names() + tricky_names()


@pytest.mark.parametrize("name", sample_names())
def test_a_sample_is_a_jpeg_of_moderate_size(name):
    photo = Image.open(io.BytesIO(sample_jpeg(name)))
    sizes = {"mountains": (1296, 864)} | dict.fromkeys((*people_names(), "two-friends"), (864, 1296))
    assert photo.format == "JPEG"
    assert photo.size == sizes.get(name, (900, 1100))
    assert 10_000 < len(sample_jpeg(name)) < 200_000


def test_samples_are_made_once_and_the_same_every_time():
    first = sample_jpeg("anna")
    assert sample_jpeg("anna") is first
    sample_jpeg.cache_clear()
    assert sample_jpeg("anna") == first


def test_an_unknown_sample_is_a_key_error():
    with pytest.raises(KeyError):
        sample_jpeg("nobody")


@pytest.mark.parametrize(
    ("garment", "changed", "kept"),
    [("t-shirt", CHEST, LEGS), ("jacket", CHEST, LEGS), ("dress", CHEST, FACE), ("trousers", LEGS, CHEST)],
)
def test_a_sample_garment_is_worn_where_it_belongs(garment, changed, kept):
    person = opened(sample_jpeg("kim"))
    result = compose(Scene(sample("kim"), Garment(sample(garment), "auto")))
    assert result.size == (864, 1296)
    assert difference(person, result, changed) > 40
    assert difference(person, result, kept) < 10
    assert difference(person, result, CARD) > 10


@pytest.mark.parametrize(
    ("kind", "changed", "kept"), [("upper", CHEST, LEGS), ("lower", LEGS, CHEST), ("full_set", CHEST, FACE)]
)
def test_the_other_providers_words_for_a_garment_are_understood(kind, changed, kept):
    person = opened(sample_jpeg("kim"))
    result = compose(Scene(sample("kim"), Garment(sample("t-shirt"), kind)))
    assert difference(person, result, kept) < 10 < difference(person, result, changed)


def test_an_outfit_is_worn_above_and_below_with_both_photos_at_the_side():
    person = opened(sample_jpeg("kim"))
    result = compose(Scene(sample("kim"), Outfit(sample("jacket"), sample("trousers"))))
    for changed in (CHEST, LEGS, CARD, (648, 276, 828, 496)):
        assert difference(person, result, changed) > 10
    assert difference(person, result, FACE) < 10


def test_a_large_result_is_2048_pixels_high_and_keeps_its_ratio():
    large = enlarged(compose(Scene(sample("kim"), Garment(sample("dress"), "auto"))))
    assert large.height == 2048
    assert abs(large.width / large.height - 864 / 1296) < 0.001


@pytest.mark.parametrize("name", sample_names())
@pytest.mark.parametrize(("share", "quality"), [(1, 40), (0.33, 60), (1.6, 95)])
def test_a_sample_is_recognized_after_resizing_and_encoding(name, share, quality):
    picture = opened(sample_jpeg(name))
    out = io.BytesIO()
    picture.resize((round(picture.width * share), round(picture.height * share))).save(
        out, "JPEG", quality=quality
    )
    assert sample_shown(opened(out.getvalue())) == name


@pytest.mark.parametrize(
    "picture",
    [
        Image.new("RGB", (864, 1296), (250, 226, 210)),
        Image.effect_noise((864, 1296), 60).convert("RGB"),
        compose(Scene(sample("anna"), Garment(sample("jacket"), "auto"))),
        opened(sample_jpeg("anna")).resize((864, 900)),
    ],
    ids=["plain", "noise", "result", "squeezed"],
)
def test_no_other_picture_is_taken_for_a_sample(picture):
    assert sample_shown(picture) is None


def test_what_the_garment_is_decides_before_its_shape():
    person = opened(sample_jpeg("kim"))
    result = compose(Scene(sample("kim"), Garment(sample("t-shirt"), "bottoms")))
    assert difference(person, result, CHEST) < 10 < difference(person, result, LEGS)


def test_a_garment_before_a_busy_background_is_shown_on_a_card():
    busy = Image.effect_noise((400, 500), 90).convert("RGB")
    out = io.BytesIO()
    busy.save(out, "PNG")
    person = opened(sample_jpeg("kim"))
    result = compose(Scene(sample("kim"), Garment(Photo(out.getvalue()), "auto")))
    assert difference(person, result, CHEST) < 2
    assert difference(person, result, (564, 856, 804, 1156)) > 40


@pytest.mark.parametrize(
    "addition",
    [
        Garment(sample("dress"), "auto"),
        Outfit(sample("jacket"), sample("trousers")),
        Garment(Photo(None, "https://example.com/shirt.jpg"), "tops"),
        Haircut("LongWavy", "ash blonde"),
        Haircut("Afro", None),
        Tattoo(sample("t-shirt"), "on the right forearm, тату", None),
        Tattoo(sample("t-shirt"), None, (0.2, 0.4, 0.06, 0.06)),
    ],
)
def test_every_result_says_that_it_is_a_sample(addition):
    plain = compose(Scene(sample("ben"), addition))
    ribbon = plain.crop(RIBBON).convert("L")
    dark_and_light = ribbon.histogram()
    assert sum(dark_and_light[:64]) > ribbon.width * ribbon.height * 0.6
    assert sum(dark_and_light[230:]) > 500


def test_the_number_is_written_on_one_of_several():
    one, two = (compose(Scene(sample("ben"), Haircut("Afro", None), number, 2)) for number in (0, 1))
    assert difference(one, two, RIBBON) > 0
    assert difference(one, two, (0, 0, 864, 1190)) == 0


def test_a_tattoo_goes_into_its_region():
    person = opened(sample_jpeg("kim"))
    design = Image.new("L", (60, 60), 255)
    ImageDraw.Draw(design).rectangle((10, 10, 50, 50), fill=0)
    out = io.BytesIO()
    design.save(out, "PNG")
    result = compose(Scene(sample("kim"), Tattoo(Photo(out.getvalue()), None, (0.4, 0.5, 0.2, 0.1))))
    assert difference(person, result, (400, 690, 460, 740)) > 100
    assert difference(person, result, (100, 300, 200, 400)) == 0


@pytest.mark.parametrize("size", [(3000, 1000), (200, 900), (40, 40)])
@pytest.mark.parametrize("mode", ["RGB", "L", "P", "RGBA", "CMYK"])
def test_photos_of_every_shape_and_kind_become_results(size, mode):
    out = io.BytesIO()
    Image.new(mode, size).save(out, "TIFF")
    assert compose(Scene(Photo(out.getvalue()), Garment(Photo(out.getvalue()), "auto"))).size == (864, 1296)


def test_a_sideways_photo_is_turned_upright():
    photo = Image.new("RGB", (60, 40), (255, 0, 0))
    photo.paste((0, 0, 255), (0, 0, 30, 40))
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    photo.save(out, "JPEG", exif=exif, quality=95)
    result = compose(Scene(Photo(out.getvalue()), Haircut("Afro", None)))
    top, middle = result.getpixel((430, 100)), result.getpixel((430, 900))
    assert top[2] > 200 > top[0]
    assert middle[0] > 200 > middle[2]


@pytest.mark.parametrize(("output_format", "expected"), [("webp", "WEBP"), ("png", "PNG"), ("jpeg", "JPEG")])
def test_results_are_encoded_as_asked(output_format, expected):
    assert Image.open(io.BytesIO(encode(Image.new("RGB", (8, 8)), output_format))).format == expected


def test_a_white_shirt_on_white_keeps_what_is_enclosed_by_its_outline():
    photo = Image.new("RGB", (400, 400), (255, 255, 255))
    ImageDraw.Draw(photo).rectangle((100, 100, 300, 300), outline=(30, 30, 30), width=8)
    cut = cut_out(photo)
    assert cut is not None
    assert cut.getchannel("A").getpixel((cut.width // 2, cut.height // 2)) == 255


@pytest.mark.parametrize(
    "photo",
    [Image.new("RGB", (300, 300), (200, 200, 200)), Image.effect_noise((300, 300), 90).convert("RGB")],
)
def test_nothing_is_cut_out_of_plain_paper_or_noise(photo):
    assert cut_out(photo) is None
