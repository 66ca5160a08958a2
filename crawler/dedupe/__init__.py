"""Relations between texts, and changes of one text. Functions of values, without a store."""
