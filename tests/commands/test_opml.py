"""Outlets go to other readers and come back; lists of others are taken as far as they can be."""

from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from click.testing import CliRunner, Result

from crawler import config as configuration
from crawler.cli import cli
from crawler.config import opml
from crawler.errors import FeedUnreadable

HEAD = '[drawdown]\ncontact = "desk@example.org"\n'
OURS = """
[[source]]
name = "Der Fährmann & Söhne"
feed = ["https://one.example/feed", "https://one.example/world?a=1&b=2"]
sitemap = "https://one.example/news.xml"
homepage = "https://one.example/"
language = ["de", "en"]
group = "syria"
interval = "90min"
max_age = "unlimited"
owner = [{ name = "Anna" }, { name = "Boris", since = 2024-02-01 }]
selectors.remove = "p.more > a"
selectors.valid_until = 2027-01-01
enabled = false
note = "asleep"

[[source]]
name = "Two"
page = "https://two.example/"
delay = "250ms"
"""
THEIRS = """<?xml version="1.0"?><opml version="1.0"><head/><body>
<outline text="Levant"><outline text="Three" xmlUrl="https://three.example/rss" type="rss"
  htmlUrl="https://three.example/" language="ar"/>
  <outline text="Two" xmlUrl="https://two.example/feed"/>
  <outline text="Again" xmlUrl="https://two.example/"/></outline>
<outline title="Broken" type="rss"/><outline text="Mail" xmlUrl="mailto:a@b.example"/>
<outline text="Blog" xmlUrl="https://a.example/f" htmlUrl="https://a.example/"/>
<outline text="Blog" xmlUrl="https://b.example/f" htmlUrl="https://b.example/"/>
</body></opml>"""


def call(file: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["--config", str(file), "opml", *arguments])


def test_our_outlets_come_back_as_they_were(tmp_path: Path) -> None:
    ours, list_, other = tmp_path / "a.toml", tmp_path / "list.opml", tmp_path / "b.toml"
    ours.write_text(HEAD + OURS, "utf-8")
    other.write_text(HEAD, "utf-8")

    assert call(ours, "export", "--out", str(list_)).exit_code == 0
    assert "2 outlets added" in call(other, "import", str(list_)).output
    assert configuration.load(other).source == configuration.load(ours).source
    assert "0 outlets added, 2 there already" in call(other, "import", str(list_)).output


def test_the_shipped_outlets_come_back_as_they_were() -> None:
    file = Path(__file__).parents[2] / "sources.toml"
    text = f"{file.read_text('utf-8')}".replace("[drawdown]", f"{HEAD}", 1)
    shipped = configuration.parse(text, file).source
    listed = opml.read(opml.write(shipped))

    assert [configuration.Outlet(**table) for table in listed.outlets] == shipped


def test_a_list_of_another_reader_is_taken(tmp_path: Path) -> None:
    file, list_ = tmp_path / "sources.toml", tmp_path / "theirs.opml"
    file.write_text(HEAD + OURS, "utf-8")
    list_.write_text(THEIRS, "utf-8")
    result = call(file, "import", str(list_))

    assert "not taken: Broken: no xmlUrl" in result.output
    assert "not taken: Mail: mailto:a@b.example" in result.output
    assert "4 outlets added, 1 there already, 2 not usable" in result.output
    text = file.read_text("utf-8")
    assert text.startswith(HEAD + OURS.rstrip())
    three, two, blog, other_blog = configuration.load(file).source[2:]
    assert (three.name, three.group, three.language) == ("Three", "Levant", ["ar"])
    assert (two.name, two.feed) == ("Two (two.example)", ["https://two.example/feed"])
    assert (blog.name, other_blog.name) == ("Blog", "Blog (b.example)")


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    file, list_ = tmp_path / "sources.toml", tmp_path / "theirs.opml"
    file.write_text(HEAD, "utf-8")
    list_.write_text(THEIRS, "utf-8")
    result = call(file, "import", "--dry-run", str(list_))

    assert 'name = "Three"' in result.output
    assert file.read_text("utf-8") == HEAD


@pytest.mark.parametrize(
    "data", [b"", b"<html></html>", b'<!DOCTYPE a [<!ENTITY b "c">]><opml/>', b"<opml><body>"]
)
def test_what_is_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(FeedUnreadable, match="OPML"):
        opml.read(data)


def test_an_address_that_cannot_be_costs_its_outline() -> None:
    outlines = ('<outline xmlUrl="http://[::1"/><outline text="X" xmlUrl="http://xn--a/feed"/>'
                '<outline xmlUrl="https://x.example/feed" htmlUrl="http://xn--a/"/>')  # fmt: skip
    listed = opml.read(f"<opml><body>{outlines}</body></opml>".encode())

    assert listed.outlets == [{"name": "x.example", "feed": ["https://x.example/feed"]}]
    assert len(listed.refused) == 2


FEED = '<outline text="One" xmlUrl="https://one.example/feed"/>'


def test_a_list_of_folders_in_folders_is_read() -> None:
    deep = 20_000
    folders = '<outline text="a">' * deep + FEED + "</outline>" * deep
    listed = opml.read(f"<opml><body>{folders}</body></opml>".encode())

    assert listed.outlets == [
        {"name": "One", "group": "a", "feed": ["https://one.example/feed"]},
    ]


@pytest.mark.parametrize(
    "settings",
    [
        "[1]",
        '{"feed": 1}',
        '{"name": "Two"}',
        '{"delay": 5}',
        '{"x": 1}',
        f'{{"x": {"9" * 5000}}}',
        "[" * 100_000,
    ],
)
def test_settings_that_cannot_be_are_named_and_cost_no_other_outline(settings: str) -> None:
    odd = quoteattr(settings)
    outline = f'<outline text="Odd" xmlUrl="https://odd.example/" d:settings={odd}/>'
    body = f'<body xmlns:d="urn:drawdown:opml:1">{outline}{FEED}</body>'
    listed = opml.read(f"<opml>{body}</opml>".encode())

    assert listed.outlets == [{"name": "One", "feed": ["https://one.example/feed"]}]
    assert [refused.partition(": its settings")[0] for refused in listed.refused] == [
        "Odd: https://odd.example/"
    ]


def test_a_language_that_is_no_code_is_left_out() -> None:
    outline = '<outline text="One" language="English (UK)" xmlUrl="https://one.example/feed"/>'
    listed = opml.read(f"<opml><body>{outline}</body></opml>".encode())

    assert listed.outlets == [{"name": "One", "feed": ["https://one.example/feed"]}]
