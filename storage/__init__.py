"""What is on record: tables, and the operations that are the only way to change them."""
