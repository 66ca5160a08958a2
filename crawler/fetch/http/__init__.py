"""HTTP without any record of Drawdown: connections, names, limits, engines."""
