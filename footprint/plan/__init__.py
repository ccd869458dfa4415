"""What is declared, read and held together at one date; and what a proposal makes of it."""
