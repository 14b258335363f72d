"""What is served over HTTP beside the conversation: health, readiness, figures, and Telegram's webhook."""
