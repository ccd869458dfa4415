"""What reports say: written once, a module a kind of report, and what several of them share."""
