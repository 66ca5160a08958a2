"""The fetch loop: politeness, robots.txt, turns, and what an outcome is."""
