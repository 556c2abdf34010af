"""Everything a person reads, screen by screen: pure functions from facts to words and buttons."""
