from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler import config
from crawler.cli import cli
from crawler.config import effective
from crawler.errors import ConfigError, TopicError
from crawler.pipeline.assembly import state_for
from crawler.topic.file import load as load_topic
from storage.records.model import Engine

ROOT = Path(__file__).parents[2]
GOOD = """
[drawdown]
contact = "me@example.org"

[[source]]
name = "One"
feed = ["https://one.example/feed", "https://one.example/feed2"]
sitemap = "https://one.example/sitemap.xml"
delay = "2s"
interval = "10min"
"""


def write(folder: Path, text: str) -> Path:
    file = folder / "sources.toml"
    file.write_text(text, "utf-8")
    return file


def mistakes(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        config.load(write(folder, text))
    return caught.value.mistakes


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("interval", '"99999999999999999999d"', "must lie between 1s and 30d"),
        ("delay", '"9999999999d"', "must lie between 0s and 1h"),
        ("max_age", f'"{"9" * 400}d"', "must lie between 0s and 36500d"),
        ("feed_timezone", '"Europe"', "no time zone"),
        ("selectors.href", f'"{"(" * 3000}"', "no regular expression"),
        ("selectors.href", '"a{99999999999999999999}"', "no regular expression"),
    ],
)
def test_a_value_that_python_cannot_take_is_a_mistake_with_its_line(
    tmp_path: Path, key: str, value: str, said: str
) -> None:
    text = GOOD.replace('delay = "2s"\ninterval = "10min"\n', f"{key} = {value}\n")
    (mistake,) = mistakes(tmp_path, text)

    assert mistake.startswith(f"{tmp_path / 'sources.toml'}:9: ")
    assert f"{key}: {said}" in mistake


@pytest.mark.parametrize("value", ["[" * 3000, "9" * 4500, f"0x{'f' * 5000}"])
def test_toml_that_python_cannot_read_is_a_mistake_of_its_file(tmp_path: Path, value: str) -> None:
    (mistake,) = mistakes(tmp_path, f"{GOOD}note = {value}\n")

    assert mistake.startswith(f"{tmp_path / 'sources.toml'}: not valid TOML: ")
    with pytest.raises(TopicError, match="cannot be used"):
        load_topic(write(tmp_path, f"note = {value}\n"))


@pytest.mark.parametrize("query", ["id:99999999999999999999", "after:0001-01-01T00:00+23:59"])
def test_the_query_of_an_alert_that_finds_nothing_ever_is_refused(
    tmp_path: Path, query: str
) -> None:
    alert = f'[[alert]]\nname = "Odd"\nto = "$DESK"\nquery = "{query}"\n'
    (mistake,) = mistakes(tmp_path, GOOD + alert)

    assert 'alert "Odd": query: ' in mistake
    assert "at character" in mistake


def test_a_file_whose_name_is_too_long_is_missing(tmp_path: Path) -> None:
    (mistake,) = mistakes(tmp_path, f'{GOOD}[network]\nca_file = "{"x" * 300}"\n')

    assert "is missing" in mistake


def test_each_address_is_a_source_with_its_outlets_settings(tmp_path: Path) -> None:
    loaded = config.load(write(tmp_path, GOOD))

    assert [source.kind for source in loaded.sources()] == ["feed", "feed", "sitemap"]
    assert {source.delay_seconds for source in loaded.sources()} == {2.0}
    assert {source.interval_seconds for source in loaded.sources()} == {600.0}
    assert loaded.store == tmp_path / "var/corpus.db"
    assert loaded.drawdown.max_age == timedelta(days=30)


def test_every_mistake_is_said_at_once_with_line_and_source(tmp_path: Path) -> None:
    text = GOOD.replace("contact", "contcat") + 'intervall = "1h"\n[[source]]\nname = "Two"\n'

    said = "\n".join(mistakes(tmp_path, text))

    assert "sources.toml:2: drawdown.contact: is required" in said
    assert 'sources.toml:3: drawdown.contcat: unknown key; did you mean "contact"?' in said
    assert 'sources.toml:11: source "One": intervall: unknown key; did you mean "interval"?' in said
    assert 'source "Two": needs at least one of: feed, page, sitemap' in said


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('contact = "nobody"', "a mail address or URL"),
        ('contact = "me@example.org"\nmax_age = 30', "write a duration as text with its unit"),
        ('contact = "me@example.org"\nmax_age = "30 fortnights"', "write a duration"),
    ],
)
def test_wrong_values_say_what_is_right(tmp_path: Path, wrong: str, said: str) -> None:
    found = mistakes(tmp_path, f"[drawdown]\n{wrong}\n")

    assert len(found) == 1
    assert said in found[0]


def test_an_engine_is_chosen_for_all_or_for_one(tmp_path: Path) -> None:
    text = GOOD + 'engine = "drawdown"\n[network]\nengine = "httpx"\n'
    loaded = config.load(write(tmp_path, text))

    assert loaded.network.engine is Engine.HTTPX
    assert {source.engine for source in loaded.sources()} == {Engine.DRAWDOWN}


@pytest.mark.parametrize("place", ['engine = "aiohttp"\n', '[network]\nengine = "aiohttp"\n'])
def test_the_engine_that_is_gone_names_the_one_in_its_place(tmp_path: Path, place: str) -> None:
    text = GOOD + place
    (found,) = mistakes(tmp_path, text)

    assert 'use "httpx"' in found
    assert f".toml:{len(text.splitlines())}: " in found


def test_an_unknown_engine_is_said_with_what_to_do(tmp_path: Path) -> None:
    unknown = mistakes(tmp_path, GOOD + 'engine = "curl"\n')

    assert 'must be "drawdown" or "httpx"' in unknown[0]


PROXIED = '[network]\nengine = "httpx"\nproxy = "http://me:hush@127.0.0.1:3128"\n'


def test_a_proxy_is_read_and_its_password_never_shown(tmp_path: Path) -> None:
    loaded = config.load(write(tmp_path, GOOD + PROXIED))
    shown = {one.key: one.value for one in effective.settings(loaded)}

    assert loaded.network.proxy == "http://me:hush@127.0.0.1:3128"
    assert shown["network.proxy"] == '"http://…"'


@pytest.mark.parametrize(
    ("proxy", "said"),
    [
        ("127.0.0.1:3128", "http://HOST:PORT"),
        ("ftp://me:hush@127.0.0.1:21", "http://HOST:PORT"),
        ("http://me:hush@127.0.0.1", "http://HOST:PORT"),
        ("socks5://me:hush@127.0.0.1:port", "socks5://HOST:PORT"),
    ],
)
def test_a_wrong_proxy_is_refused_without_its_password(
    tmp_path: Path, proxy: str, said: str
) -> None:
    text = GOOD + f'[network]\nengine = "httpx"\nproxy = "{proxy}"\n'
    (found,) = mistakes(tmp_path, text)

    assert said in found
    assert "hush" not in found


def test_a_proxy_is_for_all_connections_or_refused(tmp_path: Path) -> None:
    (general,) = mistakes(tmp_path, GOOD + PROXIED.replace("httpx", "drawdown"))
    (own,) = mistakes(tmp_path, GOOD + 'engine = "drawdown"\n' + PROXIED)

    assert 'proxy needs engine = "httpx"' in general
    assert "hush" not in general
    assert "does not use the proxy" in own


@pytest.mark.parametrize("text", ["", PROXIED])
def test_check_says_what_is_not_checked_behind_a_proxy(tmp_path: Path, text: str) -> None:
    shown = CliRunner().invoke(cli, ["--config", str(write(tmp_path, GOOD + text)), "check"])

    assert shown.exit_code == 0
    assert ("the proxy resolves names" in shown.output) == bool(text)
    assert "hush" not in shown.output


def test_a_socks_proxy_needs_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config.fields, "find_spec", lambda _name: None)
    text = GOOD + PROXIED.replace("http://", "socks5://")

    assert "pip install 'drawdown[socks]'" in mistakes(tmp_path, text)[0]


def test_bounds_are_named_in_their_units(tmp_path: Path) -> None:
    found = mistakes(tmp_path, GOOD.replace('delay = "2s"', 'delay = "3d"'))

    assert "must lie between 0s and 1h" in found[0]


def test_an_address_belongs_to_one_source(tmp_path: Path) -> None:
    twice = GOOD + '[[source]]\nname = "Two"\nfeed = "https://one.example/feed"\n'

    assert 'already belongs to "One"' in mistakes(tmp_path, twice)[0]


def test_a_table_of_the_wrong_shape_is_a_plain_message(tmp_path: Path) -> None:
    contact = '[drawdown]\ncontact = "me@example.org"\n'

    assert "source number 1" in mistakes(tmp_path, 'source = ["x"]\n' + contact)[0]
    assert "write [[source]]" in mistakes(tmp_path, contact + "[source]\n")[0]
    assert "unknown key" in mistakes(tmp_path, 'folder = "x"\n' + contact)[0]


def test_files_that_are_named_have_to_be_there(tmp_path: Path) -> None:
    named = GOOD + '[network]\nca_file = "ca.pem"\n[topic]\nfile = "my.toml"\n'

    found = mistakes(tmp_path, named)

    assert len(found) == 2
    assert "sources.toml:12: network.ca_file:" in found[0]
    assert "my.toml is missing" in found[1]


def test_broken_toml_and_missing_files_are_plain_messages(tmp_path: Path) -> None:
    assert (
        "sources.toml:1: this header lacks a closing bracket"
        in mistakes(tmp_path, "[drawdown\n")[0]
    )
    with pytest.raises(ConfigError, match="no such file"):
        config.load(tmp_path / "elsewhere.toml")


def test_the_shipped_sources_are_right_once_there_is_a_contact(tmp_path: Path) -> None:
    shipped = (ROOT / "sources.toml").read_text("utf-8")
    with pytest.raises(ConfigError, match="contact: is required"):
        config.load(write(tmp_path, shipped))

    loaded = config.load(write(tmp_path, shipped.replace("# contact", "contact")))

    assert {"Syria News", "The Times of Israel"} <= {outlet.name for outlet in loaded.source}
    enabled = {outlet.name for outlet in loaded.source if outlet.enabled}
    assert {source.name for source in loaded.sources()} == enabled
    sides = {
        period.name
        for outlet in loaded.source
        if outlet.enabled
        for period in outlet.alignment or ()
    }
    assert {"state", "public", "party", "independent"} <= sides
    assert all(outlet.note for outlet in loaded.source if not outlet.enabled)
    assert all(outlet.kind and outlet.group for outlet in loaded.source)
    spoken = {code for outlet in loaded.source if outlet.enabled for code in outlet.language}
    assert {"ar", "de", "en", "fa", "fr", "he", "ru", "tr"} <= spoken


def test_what_is_said_of_an_outlet_may_change_on_a_day(tmp_path: Path) -> None:
    loaded = config.load(
        write(
            tmp_path,
            GOOD
            + """
[[source]]
name = "Changing"
feed = "https://changing.example/feed"
language = ["ar", "en"]
owner = [{ name = "Old House" }, { name = "New House", since = 2024-12-08 }]
leaning = "as the owner"
feed_timezone = "Asia/Damascus"
[[source]]
name = "Asleep"
feed = "https://asleep.example/feed"
enabled = false
""",
        )
    )
    (source,) = [source for source in loaded.sources() if source.name in ("Changing", "Asleep")]

    assert (source.family, source.language, source.feed_timezone) == (
        "New House", None, "Asia/Damascus",
    )  # fmt: skip
    assert [period.since for period in loaded.source[-2].owner or ()] == [None, date(2024, 12, 8)]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("owner = [{ name = 'A', since = 2025-01-01 }, { name = 'B' }]", "the oldest first"),
        ("owner = [{ naem = 'A' }]", 'unknown key; did you mean "name"'),
        ("feed_timezone = 'Damascus'", "no time zone; write its IANA name"),
        ("selectors = { href = '(' }", "no regular expression"),
        ("alignment = 'sate'", 'did you mean "state"?'),
        ("kind = 'newspapers'", 'did you mean "newspaper"?'),
        ("country = 'Syria'", 'did you mean "SY", Syria?'),
        ("country = 'UK'", 'did you mean "GB", United Kingdom?'),
        ("country = 'ZZ'", "no country code of ISO 3166"),
        ("domains = 'https://x.example/'", 'write a domain alone, as "lantern.example"'),
        ("former_domains = ['x']", "write a domain alone"),
        ("family = [{ name = 'A', since = 2025-01-01 }, { name = 'B' }]", "the oldest first"),
        ("language = ['arabic!']", "language"),
    ],
)
def test_mistakes_in_what_is_said_of_an_outlet(tmp_path: Path, line: str, said: str) -> None:
    added = f"[[source]]\nname = 'X'\nfeed = 'https://x.example/feed'\n{line}\n"
    found = mistakes(tmp_path, GOOD + added)

    assert any(said in mistake and 'source "X"' in mistake for mistake in found), found


def test_a_group_gives_its_sources_what_they_do_not_say(tmp_path: Path) -> None:
    text = """
[group.north]
country = "sy"
delay = "9s"
alignment = "party"

[[source]]
name = "Lantern"
feed = "https://lantern.example/feed"
group = "north"
delay = "3s"

[[source]]
name = "Heron"
feed = "https://heron.example/feed"
group = "north"
"""
    loaded = config.load(write(tmp_path, GOOD + text))
    lantern, heron = loaded.source[-2:]

    assert (lantern.country, lantern.delay) == ("SY", timedelta(seconds=3))
    assert (heron.country, heron.delay) == ("SY", timedelta(seconds=9))
    origins = {found.key: found.origin for found in effective.of_outlet(loaded, lantern)}
    assert origins["country"] == "[group.north], sources.toml:13"
    assert origins["delay"] == "sources.toml:21"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[group.nroth]\ndelay = '9s'\n[[source]]\nname = 'X'\ngroup = 'north'\n"
            "feed = 'https://x.example/f'",
            'group "nroth": no source has this group; did you mean "north"?',
        ),
        ("[group.north]\ndealy = '9s'", 'group.north.dealy: unknown key; did you mean "delay"?'),
        ("[group.north]\nfeed = 'https://x.example/f'", "group.north.feed: unknown key"),
    ],
)
def test_a_group_that_changes_nothing_is_a_mistake(tmp_path: Path, text: str, said: str) -> None:
    found = mistakes(tmp_path, f"{GOOD}\n{text}\n")

    assert any(said in mistake for mistake in found), found


def test_a_domain_belongs_to_one_outlet(tmp_path: Path) -> None:
    text = """
[[source]]
name = "Heron"
feed = "https://heron.example/feed"
homepage = "https://www.heron.example/"

[[source]]
name = "Lantern"
feed = "https://lantern.example/feed"
domains = ["lamp.example", "heron.example"]
"""
    (mistake,) = mistakes(tmp_path, GOOD + text)

    assert 'source "Lantern": domains: heron.example already belongs to "Heron"' in mistake


def test_an_outlet_is_of_its_own_family_before_the_first_that_is_dated(tmp_path: Path) -> None:
    text = """
[[source]]
name = "Heron"
feed = "https://heron.example/feed"
owner = [{ name = "Marsh House", since = 2024-12-08 }]
"""
    source = config.load(write(tmp_path, GOOD + text)).sources()[-1]

    families = [(known.value, known.since) for known in source.facts if known.name == "family"]
    assert source.family == "Marsh House"
    assert families == [("Heron", None), ("Marsh House", date(2024, 12, 8))]


def test_the_politeness_of_an_outlet_holds_on_its_other_domains(tmp_path: Path) -> None:
    domains = 'domains = ["lamp.example"]\nformer_domains = ["old.example"]\n'
    state_of = state_for(config.load(write(tmp_path, GOOD + domains)))

    delays = {host: state_of(host).delay for host in ("lamp.example", "www.lamp.example")}
    assert delays == {"lamp.example": 2.0, "www.lamp.example": 2.0}
    assert state_of("old.example").delay == 5.0
