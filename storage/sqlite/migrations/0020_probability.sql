-- How likely an article is on topic. NULL where it was judged before there was a probability:
-- `drawdown reprocess --topic` judges it again, and the verdict from before stays beside it.
ALTER TABLE verdict ADD COLUMN probability REAL;
