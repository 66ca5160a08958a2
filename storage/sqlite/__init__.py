"""SQLite: one writer, many readers, migrations, locks."""
