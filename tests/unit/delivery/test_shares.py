"""What each picture of several costs."""

from hypothesis import given
from hypothesis import strategies as st

from bot.jobs.ending import share


@given(price=st.integers(0, 1000), outputs=st.integers(1, 20))
def test_shares_add_up_to_the_price_and_differ_by_one_at_most(price: int, outputs: int) -> None:
    shares = [share(price, outputs, n) for n in range(1, outputs + 1)]
    assert sum(shares) == price
    assert max(shares) - min(shares) <= 1
    assert min(shares) >= 0
