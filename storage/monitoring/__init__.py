"""What operators ask: gaps, notices, alerts, when a crawler ran."""
