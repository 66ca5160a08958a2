"""How commands print: tables, progress, differences, reports."""
