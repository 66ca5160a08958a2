"""Alerts: what is sent to people, each thing once, and where to."""
