"""The commands of `drawdown`, one file each: parse arguments, call, print."""
