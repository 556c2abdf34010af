"""Run every benchmark, one after the other: ``make bench``."""

from benchmarks import images, ledger, scheduler

for name, measure in (("pictures", images.main), ("ledger", ledger.main), ("scheduler", scheduler.main)):
    print(f"== {name}", flush=True)
    measure()
    print(flush=True)
