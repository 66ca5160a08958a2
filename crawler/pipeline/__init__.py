"""The flow: what is due, and the steps each target takes to its one outcome."""
