"""`python -m crawler` is the command `drawdown`."""

from crawler.cli import main

if __name__ == "__main__":
    main()
