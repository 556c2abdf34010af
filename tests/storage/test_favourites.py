"""Haircuts that people marked."""


async def test_favourites_come_in_the_order_in_which_they_were_marked(db):
    async with db.transaction() as tx:
        await tx.favourites.add(1, "Updo", 1.0)
        await tx.favourites.add(1, "Afro", 2.0)
        await tx.favourites.add(2, "Spiky", 3.0)
    async with db.reading() as tx:
        assert await tx.favourites.of(1) == ["Updo", "Afro"]
        assert await tx.favourites.of(2) == ["Spiky"]
        assert await tx.favourites.of(3) == []


async def test_a_haircut_marked_twice_is_there_once_and_keeps_its_place(db):
    async with db.transaction() as tx:
        await tx.favourites.add(1, "Updo", 1.0)
        await tx.favourites.add(1, "Afro", 2.0)
        await tx.favourites.add(1, "Updo", 3.0)
    async with db.reading() as tx:
        assert await tx.favourites.of(1) == ["Updo", "Afro"]


async def test_a_mark_is_taken_away_from_its_person_only(db):
    async with db.transaction() as tx:
        await tx.favourites.add(1, "Updo", 1.0)
        await tx.favourites.add(2, "Updo", 1.0)
        await tx.favourites.remove(1, "Updo")
        await tx.favourites.remove(1, "Afro")
    async with db.reading() as tx:
        assert await tx.favourites.of(1) == []
        assert await tx.favourites.of(2) == ["Updo"]
