"""Millions of true rows: `python -m bench.bulk PLEDGES DONORS` fills the database of its environment."""
