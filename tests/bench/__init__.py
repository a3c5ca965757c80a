"""What `make bench` measures: our program beside aiogram alone and python-telegram-bot, on the same double."""
