"""What residents do, message by message."""
