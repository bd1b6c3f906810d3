"""The steps, each one file; tools/migration.py writes the next."""
