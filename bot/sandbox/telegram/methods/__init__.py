"""All methods the sandbox knows, by their names in lower case."""

from bot.sandbox.telegram.calls import Method
from bot.sandbox.telegram.methods import answering, editing, paying, presenting, receiving, sending, visiting

METHODS: dict[str, Method] = {
    **receiving.METHODS,
    **sending.METHODS,
    **editing.METHODS,
    **answering.METHODS,
    **paying.METHODS,
    **presenting.METHODS,
    **visiting.METHODS,
}
