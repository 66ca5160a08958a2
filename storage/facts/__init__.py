"""What the store knows of each article, in columns: counts of any query in milliseconds."""
