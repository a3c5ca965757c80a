"""What is said: aiogram routers, each conversation with its words and keyboards."""
