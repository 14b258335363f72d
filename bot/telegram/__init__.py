"""The conversation on Telegram; with the tests, the only modules that know python-telegram-bot."""
