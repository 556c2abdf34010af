"""The way in over HTTP: Telegram's webhook, and two addresses that say how the process is."""
