"""What runs: the program, its messengers, courier, clock and pages."""
