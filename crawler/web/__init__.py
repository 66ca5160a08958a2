"""The page over the corpus: `drawdown web`. It only reads, but for readers' labels."""
