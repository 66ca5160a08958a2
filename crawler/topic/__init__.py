"""Whether a text is on topic, and the words that decided. Pure: values in, values out."""
