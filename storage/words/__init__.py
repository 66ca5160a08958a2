"""Folded words and their forms, which search and the topic share."""
