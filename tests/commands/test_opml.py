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


def taken(outlines: str) -> opml.Listed:
    return opml.read(f"<opml><body>{outlines}</body></opml>".encode())


def test_an_attribute_that_cannot_be_used_is_left_out_and_named() -> None:
    listed = taken(
        '<outline text="One" xmlUrl="https://one.example/f" language="unknown"/>'
        '<outline text="Two" xmlUrl="https://two.example/f" htmlUrl="heron"/>'
        '<outline text="Three" xmlUrl="https://three.example/f"'
        ' htmlUrl="https://a:secret@three.example/"/>'
    )

    assert [table["name"] for table in listed.outlets] == ["One", "Two", "Three"]
    assert listed.left_out == [
        "One: https://one.example/f: its language 'unknown' is left out",
        "Two: https://two.example/f: its htmlUrl is left out: it is no usable address",
        "Three: https://three.example/f: user and password of its htmlUrl are left out",
    ]


ONE = {"name": "One & Two", "feed": ["https://one.example/f?a=1&copy=2"]}


@pytest.mark.parametrize(
    "document",
    [
        '<opml><body><outline text="One & Two" xmlurl="https://one.example/f?a=1&copy=2"/></body></opml>',
        '<OPML><BODY><OUTLINE TEXT="One & Two" XMLURL="https://one.example/f?a=1&copy=2"/></BODY></OPML>',
        "<!DOCTYPE opml><opml><body><outline text='One &amp; Two' z:x='1'"
        " xmlUrl=https://one.example/f?a=1&copy=2 ></body></opml>",
        '<opml><body><outline text="One &amp; Two" text="Again" type="rss"'
        ' url="https://one.example/f?a=1&copy=2"></outline></body></opml>',
        '<opml xmlns="urn:x"><body><outline text="One &amp; Two"'
        ' xmlUrl="feed:https://one.example/f?a=1&amp;copy=2"/></body></opml>',
        '<opml><outline text="One & Two" xmlUrl="https://one.example/f?a=1&copy=2"/>',
    ],
)
def test_a_list_that_is_not_quite_opml_is_read(document: str) -> None:
    listed = opml.read(document.encode())

    assert (listed.outlets, listed.refused) == ([ONE], [])


def test_folders_of_broken_markup_are_groups() -> None:
    listed = taken(
        '<outline text="A & B"><outline text="One" xmlUrl="https://one.example/f"></outline>'
        '<outline text="Two" xmlUrl="https://two.example/f" x:y="1"/></outline>'
        '<outline text="Three" xmlUrl="https://three.example/f"/>'
    )

    groups = {table["name"]: table.get("group") for table in listed.outlets}
    assert groups == {"One": "A & B", "Two": "A & B", "Three": None}


def test_an_outline_that_is_cut_off_is_counted() -> None:
    listed = opml.read(
        b'<opml><body><outline text="One" xmlUrl="https://one.example/f"/>'
        b'<outline text="Two" xmlUrl="https://two.exam'
    )

    assert [table["name"] for table in listed.outlets] == ["One"]
    assert listed.refused == ["1 outlines that are cut off or broken"]


def test_settings_of_ours_survive_broken_markup() -> None:
    listed = opml.read(
        b'<opml xmlns:own="urn:drawdown:opml:1"><body><outline text="A & B" own:kind="page"'
        b' xmlUrl="https://one.example/" own:settings="{&quot;group&quot;: &quot;x&quot;}" x:y="1">'
    )

    assert listed.outlets == [{"name": "A & B", "group": "x", "page": ["https://one.example/"]}]


@pytest.mark.parametrize(
    ("first", "second", "outlets"),
    [
        ("https://one.example/f", "https://two.example/f", 2),
        ("https://one.example/f", "https://feeds.one.example/g", 1),
        ('https://one.example/f" htmlUrl="https://one.example/', "https://two.example/f", 2),
        (
            'https://feeds.example/1" htmlUrl="https://one.example/',
            'https://feeds.example/2" htmlUrl="https://one.example/',
            1,
        ),
    ],
)
def test_feeds_of_one_title_are_one_outlet_where_their_sites_are_one(
    first: str, second: str, outlets: int
) -> None:
    listed = taken(
        f'<outline text="News" xmlUrl="{first}"/><outline text="News" xmlUrl="{second}"/>'
    )

    names = [table["name"] for table in listed.outlets]
    assert len(names) == outlets
    assert names[0] == "News"


def test_three_outlets_of_one_name_and_host_get_three_names() -> None:
    listed = taken(
        "".join(
            f'<outline text="News" xmlUrl="https://feeds.example/{n}"'
            f' htmlUrl="https://{n}.example/"/>'
            for n in ("one", "two", "three")
        )
    )

    assert [table["name"] for table in listed.outlets] == [
        "News",
        "News (feeds.example)",
        "News (feeds.example, 2)",
    ]


def test_no_password_is_lost_or_shown(tmp_path: Path) -> None:
    file, list_ = tmp_path / "sources.toml", tmp_path / "list.opml"
    file.write_text(HEAD, "utf-8")
    url = "https://reader:heron@one.example/f"
    list_.write_text(f'<opml><body><outline text="One" xmlUrl="{url}"/></body></opml>', "utf-8")

    shown = call(file, "import", "--dry-run", str(list_)).output
    shown += call(file, "import", "--json", str(list_)).output
    assert "heron" not in shown
    (outlet,) = configuration.load(file).source
    (source,) = outlet.sources()
    assert source.credentials is not None
    assert (source.credentials.user, source.credentials.password) == ("reader", "heron")

    exported = call(file, "export")
    assert "One: user and password of an address are not written" in exported.output
    assert "heron" not in exported.output
