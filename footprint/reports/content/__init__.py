"""What reports say, a module a kind of report: written once, in the small document of `reports.document`."""
