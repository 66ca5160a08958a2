"""A campaign of kills, stops, locks, limits, jumps of the clock and hostile hosts."""
