"""script/backup and script/restore: an installation's database and photos, without its keys."""
