"""The configuration of commands that only read: a mistake in it stops none of them."""

from pathlib import Path

from crawler.commands.render.prose import say
from crawler.commands.render.text import plain
from crawler.config import Config
from crawler.config.partial import load_for_reading


def read_config(path: Path) -> Config:
    """Return a configuration, or what is right of one with mistakes, and say so.

    Raises ConfigError where not even the corpus can be found.
    """
    config, mistakes = load_for_reading(path)
    if mistakes:
        counted = "a mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        say(
            f"{plain(path)} has {counted}, which `drawdown check` names; "
            f"{plain(config.store)} is read all the same",
            err=True,
        )
    return config
