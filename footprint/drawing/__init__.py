"""Which footprints could there be: plan → proposals that keep the rules, all of them or the best found."""
