"""``python -m bot check``: tell in plain words whether the bot could run, and what to do where it could not.

Every question is a read, costs nothing, and leaves a bot that runs alone.
"""

from bot.check.run import LONGEST, run_check

__all__ = ["LONGEST", "run_check"]
