"""The command `drawdown web`."""

import stat
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler import config as configuration
from crawler.alerts.addresses import addresses
from crawler.config import Config
from crawler.topic.file import load
from storage.sqlite.database import open_corpus

if TYPE_CHECKING:
    from crawler.web.site import Site

_LEAST_TOKEN = 16  # characters: a guess a second would take longer than the world has been there


@click.command()
@click.option("--host", metavar="ADDRESS", help="Listen here; any but this machine needs a token. "
              "By default 127.0.0.1, or `address` of [web].")  # fmt: skip
@click.option("--port", type=click.IntRange(1, 65_535),
              help="By default 8321, or `port` of [web].")  # fmt: skip
@click.option("--token-file", type=click.Path(path_type=Path),
              help="A file of mode 600 whose first line every reader has to know.")  # fmt: skip
@click.option("--with-parent", is_flag=True, hidden=True)
@click.pass_obj
def web(
    config: Path, host: str | None, port: int | None, token_file: Path | None, with_parent: bool
) -> None:
    """Serve a page over the corpus, to read, check and operate it in a browser, until stopped.

    It only reads, beside a daemon or without; a reader's yes or no is appended to the labels. It
    asks nobody for anything: no picture, font or script comes from elsewhere.

    Example: drawdown web --port 8321
    """
    serve(config, host=host, port=port, token_file=token_file, with_parent=with_parent)


def serve(
    config: Path,
    *,
    host: str | None = None,
    port: int | None = None,
    token_file: Path | None = None,
    with_parent: bool = False,
    is_any_port_right: bool = False,
) -> None:
    """Serve the page of a configuration until stopped. Raises UsageError, StorageError.

    With `is_any_port_right` a taken port is no failure: another one is taken.
    """
    loaded = configuration.load(config)
    settings = loaded.web
    address = host or settings.address
    token = _token(token_file or loaded.token_file)
    # Loaded here alone: no other command pays for a web framework.
    from crawler.web import hosts, server
    from crawler.web.guard import allowed_names

    if token is None and not hosts.is_loopback(address):
        raise click.UsageError(
            f"{address} can be reached by others: name a --token-file, or token_file in [web]"
        )
    site = _site(loaded, frozenset(allowed_names(settings.hosts)), token)
    wanted = port or settings.port or configuration.WEB_PORT
    try:
        listening = server.listen(address, wanted)
    except server.CannotListen:
        if not is_any_port_right:
            raise
        listening = server.listen(address, 0)
    shown = f"[{address}]" if ":" in address else address
    place = f"http://{shown}:{listening.getsockname()[1]}/"
    server.serve(
        site, listening, with_parent=with_parent, ready=lambda: click.echo(f"The page: {place}")
    )


def _site(loaded: Config, names: frozenset[str], token: str | None) -> "Site":
    """Return what the page knows. Raises StorageError where there is no corpus to show."""
    from crawler.web.site import Site

    with open_corpus(loaded.store):
        pass
    thresholds = load(loaded.topic_file).thresholds
    return Site(
        store=loaded.store,
        thresholds=(thresholds["review"], thresholds["relevant"]),
        hosts=names,
        token=token,
        addresses=_addresses(loaded),
        saved=loaded.saved,
        honoured=tuple(loaded.rights.honour),
    )


def _addresses(loaded: Config) -> dict[tuple[str, str], str]:
    """Return the addresses of alerts as they may be shown, by alert and digest."""
    return {
        (name, address.digest): address.shown
        for name, listed in addresses(loaded).items()
        for address in listed
    }


def _token(file: Path | None) -> str | None:
    """Return the first line of a file that nobody else may read. Raises UsageError."""
    if file is None:
        return None
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
        if mode & 0o077:
            raise click.UsageError(f"{file}: others may read it (mode {mode:o}): chmod 600 {file}")
        token = file.read_text("utf-8").strip().partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{file}: cannot be read: {error}") from error
    if len(token) < _LEAST_TOKEN:
        raise click.UsageError(f"{file}: a token has at least {_LEAST_TOKEN} characters")
    return token
