"""Generated input: what outlets send, right, odd and broken, with what must come of it."""
