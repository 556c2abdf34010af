"""Names, commands, menu buttons and chats, with a real client."""

import pytest
from telegram import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
    MenuButtonCommands,
    MenuButtonWebApp,
    WebAppInfo,
)
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, Forbidden

from bot.sandbox.telegram.changes import BotChanged

pytestmark = [pytest.mark.network, pytest.mark.plays_the_bot]


async def test_commands_per_scope_and_language(bot, world, ann):
    english, spanish = [BotCommand("try", "Try on")], [BotCommand("try", "Probar")]
    with world.subscribe() as changes:
        await bot.set_my_commands(english)
        assert await changes.next() == BotChanged(bot.id)
    await bot.set_my_commands(spanish, language_code="es")
    await bot.set_my_commands([("tryon", "In groups")], BotCommandScopeAllGroupChats())
    await bot.set_my_commands([("mine", "Mine")], BotCommandScopeChat(ann.id))
    assert await bot.get_my_commands() == tuple(english)
    assert (await bot.get_my_commands(language_code="es"))[0].description == "Probar"
    assert (await bot.get_my_commands(BotCommandScopeAllGroupChats()))[0].command == "tryon"
    await bot.delete_my_commands(language_code="es")
    assert await bot.get_my_commands(language_code="es") == ()
    for wrong in (BotCommand("Try", "x"), BotCommand("try", "")):
        with pytest.raises(BadRequest, match=r"(?i)bot_command"):
            await bot.set_my_commands([wrong])
    with pytest.raises(BadRequest, match=r"(?i)lang_code_invalid"):
        await bot.set_my_commands(english, language_code="english")
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await bot.set_my_commands(english, BotCommandScopeChat(4711))


async def test_name_and_descriptions_per_language(bot, world):
    await bot.set_my_name("Fitting room")
    await bot.set_my_name("Probador", language_code="es")
    await bot.set_my_description("Send two photos.")
    await bot.set_my_short_description("Try clothes on")
    assert (await bot.get_my_name()).name == "Fitting room"
    assert (await bot.get_my_name("es")).name == "Probador"
    assert (await bot.get_my_name("fr")).name == "Fitting room"
    assert (await bot.get_my_description("es")).description == "Send two photos."
    assert (await bot.get_my_short_description()).short_description == "Try clothes on"
    assert (await bot.get_me()).first_name == "Fitting room"
    with pytest.raises(BadRequest, match=r"(?i)too_long"):
        await bot.set_my_short_description("x" * 121)


async def test_menu_button_of_one_chat_and_of_all(bot, world, ann, ben):
    await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    await bot.set_chat_menu_button(ann.id, MenuButtonWebApp("Open", WebAppInfo("https://a.com")))
    assert (await bot.get_chat_menu_button(ann.id)).text == "Open"
    assert (await bot.get_chat_menu_button(ben.id)).type == "commands"
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await bot.set_chat_menu_button(4711, MenuButtonCommands())


async def test_chats_and_members(bot, world, ann, ben, group):
    await world.person_starts(ann.id)
    private, public = await bot.get_chat(ann.id), await bot.get_chat(group.id)
    assert (private.type, private.username) == ("private", "ann_ann")
    assert (public.type, public.title, public.permissions.can_send_photos) == ("supergroup", "Friends", True)
    assert (await bot.get_chat_member(group.id, ben.id)).status is ChatMemberStatus.MEMBER
    assert (await bot.get_chat_member(group.id, bot.id)).user.is_bot
    [owner] = await bot.get_chat_administrators(group.id)
    assert (owner.user.id, owner.status) == (ann.id, ChatMemberStatus.OWNER)
    assert await bot.get_chat_member_count(group.id) == 3
    assert (await bot.get_user_profile_photos(ann.id)).total_count == 0
    with pytest.raises(BadRequest, match=r"(?i)user not found"):
        await bot.get_chat_member(group.id, 4711)
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await bot.get_chat(-100)
    with pytest.raises(BadRequest, match=r"(?i)no administrators in the private chat"):
        await bot.get_chat_administrators(ann.id)


async def test_leaving_a_group(bot, world, ann, group):
    assert await bot.leave_chat(group.id)
    with pytest.raises(Forbidden, match=r"(?i)bot is not a member of the supergroup chat"):
        await bot.send_message(group.id, "x")
    left = world.messages(group)[-1]
    assert (left.note.kind, left.note.user_ids) == ("left_chat_member", (bot.id,))


async def test_public_group_by_its_name(bot, world, ann):
    world.add_group("Open", [ann.id], username="open_group")
    assert (await bot.send_message("@open_group", "x")).chat.title == "Open"
