"""Invented outlets on loopback, for `drawdown demo` and for tests."""
