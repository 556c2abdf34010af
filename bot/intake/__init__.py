"""Updates on their way in: stored first, then handled in order per person, never lost.

An update is confirmed to Telegram only after it is in the ``updates`` table. A handler marks it done in the
transaction of its change; what is undone after a crash is handled again at the next start. Each person in
each chat has a queue of their own in front of a fixed number of workers, so that one flooded chat delays no
other. Answers that Telegram wants within seconds (payments, inline queries) do not queue at all.

With a webhook every process stores what it is sent, and only the one that holds the lease handles it: it
looks through the table, at once for its own and often for what other processes stored (``follow``).
"""
