"""Pictures: checked when they arrive, prepared for a provider, made fit for Telegram when they come back."""

from bot.images.errors import PictureError, Reason
from bot.images.kinds import Kind
from bot.images.service import Images, Inspected, Prepared, ResultPicture

__all__ = ["Images", "Inspected", "Kind", "PictureError", "Prepared", "Reason", "ResultPicture"]
