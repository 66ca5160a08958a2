"""Generated input: what outlets send, right, odd and broken, and what must come of it."""
