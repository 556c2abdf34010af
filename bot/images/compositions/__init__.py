"""Pictures that the bot puts together itself: sheets, pairs, cards and marks. Bytes in, JPEG bytes out.

Everything here takes long and runs in the threads of ``bot.images.service.Images``, which is what to call.
"""
