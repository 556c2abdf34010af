import io

import pytest
from PIL import Image, ImageDraw

from bot.sandbox.pictures.samples import garment_names, people_names, sample_jpeg, tricky_names
from bot.sandbox.providers.fitroom.orders import Check

KEY = "sandbox-1"
ALL_TYPES = ["upper", "lower", "full"]


def jpeg(picture):
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()


def photo(width, height):
    """Return a busy picture that is none of the samples."""
    return jpeg(Image.effect_noise((width, height), 60).convert("RGB"))


def checked(server, check, picture):
    reply = server.check(KEY, check, {"input_image": picture})
    assert reply.status == 200, reply.body
    return reply.json()


@pytest.mark.parametrize("name", people_names())
def test_every_sample_person_is_good_for_everything(server, name):
    answer = checked(server, Check.MODEL, sample_jpeg(name))
    assert answer == {"is_good": True, "good_clothes_types": ALL_TYPES}


@pytest.mark.parametrize(
    ("name", "code"),
    [("two-friends", "400002"), ("mountains", "400001"), *((name, "400001") for name in garment_names())],
)
def test_samples_that_show_two_people_or_nobody_are_refused(server, name, code):
    answer = checked(server, Check.MODEL, sample_jpeg(name))
    assert answer == {"is_good": False, "error_code": code, "good_clothes_types": []}


def test_a_sample_made_smaller_for_sending_gets_the_same_answer(server):
    small = Image.open(io.BytesIO(sample_jpeg("two-friends"))).resize((432, 648))
    assert checked(server, Check.MODEL, jpeg(small))["error_code"] == "400002"


@pytest.mark.parametrize(
    ("width", "height", "code"),
    [(1200, 1800, None), (400, 600, None), (399, 600, "410001"), (200, 900, "410001"), (199, 900, "400004")],
)
def test_the_size_of_other_photos_decides(server, width, height, code):
    assert checked(server, Check.MODEL, photo(width, height)).get("error_code") == code


def test_nobody_is_seen_in_a_blank_picture(server):
    blank = jpeg(Image.new("RGB", (800, 1200), (90, 90, 90)))
    assert checked(server, Check.MODEL, blank)["error_code"] == "400001"


@pytest.mark.parametrize("code", ["410001", "410002", "410003", "400001", "400002", "400003", "400004"])
def test_every_documented_code_can_be_asked_for(server, code):
    server.plan_code(code)
    answer = checked(server, Check.MODEL, sample_jpeg("anna"))
    is_good = code.startswith("410")
    assert answer == {
        "is_good": is_good,
        "error_code": code,
        "good_clothes_types": ALL_TYPES if is_good else [],
    }
    assert "error_code" not in checked(server, Check.MODEL, sample_jpeg("anna"))


@pytest.mark.parametrize(
    ("name", "clothes_type"),
    [("t-shirt", "upper"), ("jacket", "upper"), ("trousers", "lower"), ("dress", "full")],
)
def test_every_sample_garment_is_what_it_is(server, name, clothes_type):
    answer = checked(server, Check.CLOTHES, sample_jpeg(name))
    assert answer == {"clothes_type": clothes_type, "is_clothes": True}


@pytest.mark.parametrize("name", [*people_names(), *tricky_names()])
def test_samples_without_a_garment_are_no_clothes(server, name):
    assert checked(server, Check.CLOTHES, sample_jpeg(name))["is_clothes"] is False


@pytest.mark.parametrize(
    ("box", "clothes_type"),
    [((200, 300, 600, 700), "upper"), ((280, 200, 520, 580), "full"), ((320, 100, 480, 700), "lower")],
)
def test_the_shape_of_other_garments_decides(server, box, clothes_type):
    garment = Image.new("RGB", (800, 800), (245, 245, 245))
    ImageDraw.Draw(garment).rectangle(box, fill=(40, 90, 60))
    assert checked(server, Check.CLOTHES, jpeg(garment)) == {"clothes_type": clothes_type, "is_clothes": True}


@pytest.mark.parametrize(
    ("size", "is_clothes"), [((600, 800), True), ((960, 800), True), ((970, 800), False)]
)
def test_a_wide_busy_picture_is_no_garment(server, size, is_clothes):
    assert checked(server, Check.CLOTHES, photo(*size))["is_clothes"] is is_clothes


def test_a_blank_picture_is_no_garment(server):
    blank = jpeg(Image.new("RGB", (800, 800), (90, 90, 90)))
    assert checked(server, Check.CLOTHES, blank)["is_clothes"] is False


@pytest.mark.parametrize("check", list(Check))
@pytest.mark.parametrize("form", [{}, {"input_image": "a.jpg"}, {"input_image": b"x"}, {"image": b"x"}])
def test_a_check_without_a_picture_is_the_documented_400(server, check, form):
    assert server.check(KEY, check, form).status == 400
