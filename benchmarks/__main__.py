"""Run every benchmark, one after the other: ``make bench``."""

from benchmarks import estimates, haircuts, images, ledger, scheduler, taps

BENCHMARKS = (
    ("pictures", images.main),
    ("ledger", ledger.main),
    ("scheduler", scheduler.main),
    ("estimates", estimates.main),
    ("taps", taps.main),
    ("haircut browser", haircuts.main),
)

for name, measure in BENCHMARKS:
    print(f"== {name}", flush=True)
    measure()
    print(flush=True)
