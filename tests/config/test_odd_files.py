"""Files that people write by mistake: each is refused with its line and what is right.

No message has the words of a parser. What is accepted is listed too, with the reason.
"""

import re
from pathlib import Path

import pytest

from crawler import config
from crawler.errors import ConfigError

HEAD = '[drawdown]\ncontact = "desk@heron.example"\n'
OUTLET = '[[source]]\nname = "Heron Post"\nfeed = "https://heron.example/feed"\n'
ALERT = '[[alert]]\nname = "Desk"\nto = "$DESK"\n'

# Words of tomllib and of pydantic that say nothing to the writer of a file.
PARSERS_WORDS = re.compile(
    r"Input should|String should|Cannot (?:declare|overwrite|mutate)|Invalid statement|codec can't"
    r"|instance of|dictionary|pattern '|Expected |Unclosed|\('|None|True|False"
)


def outlet(line: str) -> str:
    return f"{HEAD}{OUTLET}{line}\n"


def named(line: str) -> str:
    return f'{HEAD}[[source]]\nname = "Heron Post"\n{line}\n'


def limits(line: str) -> str:
    return f"{HEAD}[drawdown.limits]\n{line}\n{OUTLET}"


def network(line: str) -> str:
    return f"{HEAD}[network]\n{line}\n{OUTLET}"


REFUSED: list[tuple[str | bytes, int | None, str]] = [
    # The file as a whole.
    ("", 1, "drawdown: is required"),
    ("# nothing yet\n", 1, "drawdown: is required"),
    (OUTLET, 1, "drawdown: is required"),
    ('{"drawdown": {"contact": "desk@heron.example"}}', 1, "this is JSON, not TOML"),
    ("<?xml version='1.0'?><opml/>", 1, "drawdown opml import"),
    ("drawdown:\n  contact: desk@heron.example\n", 1, "no key with a value"),
    (outlet("").encode("utf-16"), None, "the file is UTF-16: save it as UTF-8"),
    (outlet("").encode("utf-16-be"), None, "the file is UTF-16"),
    (outlet('note = "Zürich"').encode("latin-1"), 6, "byte 0xFC in this line is not UTF-8"),
    # Headers.
    (HEAD + '[source]\nname = "A"\nfeed = "https://a.example/f"\n', 3, "write [[source]]"),
    (HEAD + '[source]\nname = "A"\n[source]\nname = "B"\n', 5, "write [[source]]"),
    (HEAD + '[source]\nname = "A"\n[[source]]\nname = "B"\n', 5, "follows [source] (line 3)"),
    (HEAD + OUTLET + '[source]\nname = "B"\n', 6, "write [[source]]"),
    (HEAD + OUTLET + ALERT.replace("[[alert]]", "[alert]"), 6, "write [[alert]]"),
    (HEAD.replace("[drawdown]", "[[drawdown]]") + OUTLET, 1, "write [drawdown], with one bracket"),
    (outlet('[drawdown]\nstore = "x.db"'), 6, "[drawdown] is in this file already (line 1)"),
    (HEAD + OUTLET + '# [[source]]\nname = "B"\n', 7, "is a line [[source]] missing above"),
    (HEAD + '[[sources]]\nname = "B"\n', 3, "did you mean [[source]]?"),
    (HEAD + '[limits]\ndelay = "5s"\n', 3, "did you mean [drawdown.limits]?"),
    (HEAD + '[drawdown.limit]\ndelay = "5s"\n', 3, 'did you mean "limits"?'),
    ("[drawdown\n", 1, "this header lacks a closing bracket"),
    # One line that is no TOML.
    (outlet("note = “curly”"), 6, 'write straight ones, note = "curly"'),
    (outlet('“note” = "x"'), 6, "curly quotes"),
    (outlet("group = regional"), 6, 'text is written in quotes: group = "regional"'),
    (outlet('group "regional"'), 6, 'write group = "regional"'),
    (outlet('group: "regional"'), 6, 'write group = "regional"'),
    (outlet("group ="), 6, "group has no value"),
    (outlet('note = "open'), 6, "a closing quote is missing"),
    (outlet('language = ["ar", "en"'), 6, "is not closed"),
    (outlet('group = "regional",'), 6, "remove what follows the value: ,"),
    (outlet("enabled = True"), 6, "write enabled = true"),
    (outlet("enabled = no"), 6, "write enabled = false"),
    (outlet('note = "a\x07b"'), 6, "control character (U+0007)"),
    (outlet('note = "a\0b"'), 6, "control character (U+0000)"),
    (outlet('note\u00a0= "x"'), 6, "special space (U+00A0)"),
    (outlet('note = "C:\\data"'), 6, "a backslash in double quotes"),
    (outlet("valid = 2026-13-01"), 6, "neither a number nor a date"),
    (outlet('note = "a"\nnote = "b"'), 7, "note is written twice in one [[source]] (line 6)"),
    # Values of another kind.
    (outlet('enabled = "false"'), 6, "enabled: must be true or false, without quotes"),
    (outlet("enabled = 0"), 6, "enabled: must be true or false"),
    (outlet('robots = "off"'), 6, 'did you mean "ignore"?'),
    (outlet('robots = "Ignore"'), 6, 'did you mean "ignore"?'),
    (outlet("robots = false"), 6, 'must be "obey" or "ignore"'),
    (outlet('language = "Arabic"'), 6, "write a language code (ISO 639)"),
    (outlet('language = "EN"'), 6, 'did you mean "en"?'),
    (outlet('language = ["en", 5]'), 6, "language: must be text in quotes"),
    (outlet("delay = 5"), 6, "write a duration as text with its unit"),
    (outlet('delay = "5 seconds"'), 6, "write a duration as text with its unit"),
    (outlet('interval = "99d"'), 6, "must lie between 1s and 30d"),
    (outlet("per_host = 9"), 6, "per_host: must be at most 4"),
    (outlet('per_host = "2"'), 6, "per_host: must be a whole number, without quotes"),
    (outlet("per_host = true"), 6, "per_host: must be a whole number"),
    (outlet('feed_timezone = "damascus"'), 6, '"Asia/Damascus"'),
    (outlet('engine = "aiohttp"'), 6, 'use "httpx"'),
    (outlet('kind = "paper"'), 6, 'did you mean "newspaper"?'),
    (outlet('alignment = "State"'), 6, 'did you mean "state"?'),
    (outlet("note = 2026-01-01"), 6, "note: must be text in quotes"),
    (outlet('selectors = "p"'), 6, "selectors: is a table"),
    (outlet('selectors = { body = "div>>[" }'), 6, "selectors.body: is no CSS selector"),
    (outlet('selectors = { remove = "p:has(" }'), 6, "selectors.remove: is no CSS selector"),
    (outlet('selectors = { links = " " }'), 6, "selectors.links: is an empty selector"),
    (outlet('selectors = { bodies = "p" }'), 6, 'did you mean "body"?'),
    (outlet('selectors = { valid_until = "soon" }'), 6, "must be a date, without quotes"),
    (outlet('store = "x.db"'), 6, "did you mean store of [drawdown]?"),
    # Names and addresses.
    (named('feed = "heron.example/feed"'), 5, 'did you mean "https://heron.example/feed"?'),
    (named('feed = "ftp://heron.example/f"'), 5, "an http or https URL is needed"),
    (named('rss = "https://heron.example/f"'), 5, 'did you mean "feed"?'),
    (named('note = "no address"'), 3, "needs at least one of: feed, page, sitemap"),
    (named("feed = 5"), 5, "feed: must be text in quotes"),
    (outlet("").replace("Heron Post", "  "), 4, "name: must not be empty"),
    (outlet(OUTLET.replace("/feed", "/two").replace("Heron", "heron")), 6, "capital letters alone"),
    (outlet(OUTLET.replace("/feed", "/two")), 6, "this name is taken"),
    (outlet(OUTLET.replace("Heron Post", "B")), 6, 'already belongs to "Heron Post"'),
    # Tables for all outlets.
    ("[drawdown]\n" + OUTLET, 1, "drawdown.contact: is required"),
    ('[drawdown]\ncontact = "me"\n', 2, "a mail address or URL"),
    (HEAD + 'store = ""\n', 3, "store: must name a file"),
    (HEAD + 'store = "."\n', 3, "store: must name a file"),
    (HEAD + 'archive = "zip"\n', 3, 'must be "zstd", "gzip" or "off"'),
    (HEAD + "metrics_port = 99999\n", 3, "must be at most 65,535"),
    (limits('article_bytes = "5MB"'), 4, "must be a whole number"),
    (limits("workers = 0"), 4, "must be at least 1"),
    (limits("in_flight = inf"), 4, "must be a whole number"),
    (network('allow_private = ["10.0.0.1/8"]'), 4, '"10.0.0.0/8"'),
    (network('allow_private = ["localhost"]'), 4, "write a range of addresses"),
    (network('connect_to = { "a:80" = "b" }'), 4, "write host:port"),
    (
        network('connect_to = { "a:80" = "127.0.0.1:99999" }'),
        4,
        "port must lie between",
    ),
    (network('ca_file = "."'), 4, "is a folder"),
]


@pytest.mark.parametrize(("content", "line", "right"), REFUSED)
def test_an_odd_file_is_refused_with_its_line_and_what_is_right(
    tmp_path: Path, content: str | bytes, line: int | None, right: str
) -> None:
    file = tmp_path / "sources.toml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigError) as caught:
        config.load(file)

    mistake = caught.value.mistakes[0]
    place = file if line is None else f"{file}:{line}"
    assert mistake.startswith(f"{place}: ")
    assert right in mistake
    assert not PARSERS_WORDS.search(mistake.removeprefix(str(file)))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xef\xbb\xbf" + outlet("").encode(), "an editor of Windows begins a file so"),
        (outlet("").replace("\n", "\r\n").encode(), "and ends its lines so"),
        (outlet("").replace("feed =", "\tfeed\t=").encode(), "TOML allows tabs"),
        (outlet('language = "ar"').encode(), "one value needs no list"),
        (network('allow_private = "10.0.0.0/8"').encode(), "one value needs no list"),
        (outlet('note = "a\u202eb"').encode(), "shown without its control over the terminal"),
    ],
)
def test_an_odd_file_is_accepted_for_a_reason(tmp_path: Path, content: bytes, why: str) -> None:
    file = tmp_path / "sources.toml"
    file.write_bytes(content)

    assert [one.name for one in config.load(file).source] == ["Heron Post"], why


def test_no_message_shows_what_may_be_a_password(tmp_path: Path) -> None:
    secret = "wren-and-heron"  # noqa: S105 - invented
    lines = [
        network(f"proxy = http://reader:{secret}@proxy.example:3128"),
        outlet(f"{ALERT}to = mailto://desk:{secret}@mail.example"),
        named(f"feed = https://reader:{secret}@heron.example/feed"),
    ]
    for text in lines:
        file = tmp_path / "sources.toml"
        file.write_text(text, "utf-8")
        with pytest.raises(ConfigError) as caught:
            config.load(file)
        assert secret not in str(caught.value)
