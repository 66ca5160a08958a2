"""Statements and claims of stored texts: who said what, since when the store knows it."""
