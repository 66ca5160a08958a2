"""Which texts repeat which, and what an outlet changed. Pure: values in, values out."""
