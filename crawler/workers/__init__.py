"""Parsing, judging and comparing in processes that can be killed."""
