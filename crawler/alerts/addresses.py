"""Addresses that alerts are sent to (the only apprise import).

apprise knows mail, chat, webhooks and a hundred services more. It is loaded where something is to
be sent: its plugins take a second and 50 MB.
"""

import hashlib
import logging
import os
import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from crawler.alerts.guard import NotPublic, guarded
from crawler.config import Config
from crawler.config.alert import hidden
from crawler.config.positions import Positions
from crawler.errors import ConfigError
from crawler.text.toml import read_text

_LONG_PART = 5  # characters; shorter ones are words like `on` and `json`
_MOST = 8000  # characters of a message where a service takes more: nobody reads further
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Address:
    """A place that takes messages."""

    digest: str  # by which the queue knows it: SHA-256 of what the operator wrote
    shown: str  # without its secrets
    most: int  # characters of a message
    allow_private: tuple[str, ...]  # ranges that it may lead to although they are not public
    _url: str = field(repr=False)
    _service: Any = field(
        repr=False,
        compare=False,
    )  # Any: of apprise

    def send(
        self,
        title: str,
        body: str,
    ) -> str | None:
        """Hand over a message; return why it was not taken, or None. Blocks for seconds."""
        sender = _apprise().Apprise()
        sender.add(self._service)
        try:
            with guarded(self.allow_private):
                answer = sender.notify(
                    title=title,
                    body=body,
                    body_format="text",
                )
        except NotPublic as error:
            return str(error)
        except Exception as error:  # a plugin's bug is a refusal: the other addresses get theirs
            return self._without_secrets(f"{type(error).__name__}: {error}")
        if answer:
            return None
        said = dict.fromkeys(entry.message for entry in answer.logs())
        return self._without_secrets("; ".join(said)) or "not taken"

    def _without_secrets(self, text: str) -> str:
        """Return an error message without any part of the address but its kind and host."""
        public = set(_parts(self.shown))
        secret = {*_parts(self._url), *_parts(unquote(self._url))} - public
        for part in sorted(secret, key=len, reverse=True):
            text = re.sub(_pattern_of(part), "…", text)
        return text


def _pattern_of(part: str) -> str:
    """Return what finds a part of an address in a text.

    A short one may be a piece of any word; a long one is found within a word too, as services write
    `bot` before a token.
    """
    escaped = re.escape(part)
    return rf"(?<!\w){escaped}(?!\w)" if len(part) < _LONG_PART else escaped


def _parts(address: str) -> list[str]:
    """Return the words between the delimiters of an address."""
    return [part for part in re.split(r"[/:@?&=#,;\s]+", address) if part]


def _apprise() -> Any:  # Any: it is loaded late
    """Load apprise, whose own log is not ours: what it says of a failure is in its answer."""
    import apprise

    logger = logging.getLogger("apprise")
    logger.propagate = False
    logger.addHandler(logging.NullHandler())
    return apprise


def addresses(config: Config) -> dict[str, list[Address]]:
    """Return the addresses of each alert.

    Raises ConfigError for those that no service knows, and for environment variables that are not
    set.
    """
    found: dict[str, list[Address]] = {}
    mistakes = []
    for place, alert in enumerate(config.alert):
        found[alert.name] = []
        for written in alert.to:
            try:
                found[alert.name].append(
                    _address(written, os.environ, config.network.allow_private)
                )
            except ValueError as error:
                positions = Positions(read_text(config.file))
                line = positions.line_of(("alert", place, "to"))
                mistakes.append(f'{config.file}:{line}: alert "{alert.name}": to: {error}')
    if mistakes:
        raise ConfigError(mistakes)
    return found


def _address(
    written: str,
    environment: Mapping[str, str],
    allow_private: Iterable[str],
) -> Address:
    url = written
    if written.startswith("$"):
        url = environment.get(written[1:], "")
        if not url:
            raise ValueError(f"${written[1:]} is not set in the environment of this command")
    with _lock:  # it loads its plugins
        service = _apprise().Apprise.instantiate(url)
    if service is None:
        raise ValueError(f"{hidden(written)} is no address that apprise understands")
    # A redirected POST is asked again as a GET without the message (RFC 9110, 15.4.2), and might
    # lead to a private host: a redirect is a refusal, also where the address says `redirect=yes`.
    service.redirects = False
    return Address(
        digest=hashlib.sha256(url.encode()).hexdigest(),
        shown=_shown(service),
        most=min(service.body_maxlen or _MOST, _MOST),
        allow_private=tuple(allow_private),
        _url=url,
        _service=service,
    )


def _shown(service: Any) -> str:
    """Return the kind and host of an address; the kind alone where a token is in place of a host.

    `ntfy://HOST/TOPIC` has a host; `ntfy://TOPIC` and `tgram://TOKEN/CHAT` have none.
    """
    parts = urlsplit(service.url(privacy=True))
    has_host = any("{host}" in template for template in service.templates)
    if not has_host or not parts.hostname or getattr(service, "mode", None) == "cloud":
        return f"{parts.scheme}://…"
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    port = f":{parts.port}" if parts.port else ""
    has_more = parts.username or parts.path.strip("/")
    return f"{parts.scheme}://{host}{port}{'/…' if has_more else ''}"
