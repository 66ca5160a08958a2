"""What operators and analysts see, in terminals of 60, 80 and 140 columns and in a pipe."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len

from crawler.commands.render.article import print_article
from crawler.commands.render.progress import shown_progress, watched
from storage.articles import corpus, provenance
from storage.crawl import polls, sources
from storage.crawl.polls import PollRecord
from storage.records.model import PollState, Source, SourceKind
from storage.records.outcome import Outcome
from storage.search import index
from storage.sqlite import schema
from storage.sqlite.database import open_corpus
from tests.support import filling
from tests.support.at_width import Shown, shown
from tests.support.filling import NOW

WIDTHS = (60, 80, 140)
LONG = "A feed whose owner gave it a title that is longer than most terminals are wide at all"
NAMES = (
    "Nile Post",
    "Nile Post",
    "صحيفة الفرات اليومية المستقلة",
    "עיתון הצפון",
    "北方日报社",
    LONG,
)
TEXT = [
    "The last company of the foreign engineers left the base near Tishrin on Tuesday morning, and "
    "the trucks that carried its field kitchens took the road to the border before noon.",
    "قال متحدث إن الوحدات الأجنبية غادرت الموقع صباح الثلاثاء وإن الطريق إلى الحدود بقي مفتوحاً.",
]
DRAWN = re.compile("[\u2500-\u257f]")


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six sources of five outlets, of which one fails; and three articles, one of them a copy."""
    folder = tmp_path_factory.mktemp("terminal")
    file = folder / "sources.toml"
    parts = ['[drawdown]\ncontact = "desk@example.org"\nstore = "corpus.db"\n']
    for name in dict.fromkeys(NAMES):
        feeds = [url(n) for n, one in enumerate(NAMES) if one == name]
        parts.append(f'[[source]]\nname = "{name}"\nfeed = {feeds}\n'.replace("'", '"'))
    file.write_text("".join(parts), "utf-8")
    connection = schema.connect(folder / "corpus.db")
    listed = [(source(n), f"s{n}.example") for n in range(len(NAMES))]
    sources.synchronize(connection, listed, NOW)
    _poll(connection, 1)
    for number, headline in enumerate(("Engineers leave the dam", "Engineers have left", "Bread")):
        text = TEXT if number < 2 else ["Bread is dearer in the north since the harvest failed."]
        address = f"https://s{number}.example/a/{number}"
        seen = filling.visit(
            address, text, headline=headline, published_zone="+03:00", section="World",
            tags=("Tishrin", "dam"), byline=("Tom Barrow",), modified=NOW, access="paywalled",
        )  # fmt: skip
        filling.store(connection, (1, 5, 6)[number], address, seen)
    index.advance(connection, most=100)
    connection.commit()
    connection.close()
    return file


def url(number: int) -> str:
    return f"https://s{number}.example/feeds/of/section/{number}.xml"


def source(number: int) -> Source:
    name = NAMES[number]
    return Source(name=name, kind=SourceKind.FEED, url=url(number), group="north")


def _poll(connection: object, number: int) -> None:
    record = PollRecord(at=NOW, outcome=Outcome.RATE_LIMITED, status=429, detail="HTTP 429")
    state = PollState(
        next_poll_at=NOW + timedelta(hours=1),
        interval_seconds=1800.0,
        failures=1,
        failing_since=NOW,
        last_outcome=Outcome.RATE_LIMITED,
        last_detail="HTTP 429",
        reason="the server asked for a pause until the next full hour, by Retry-After",
    )
    polls.save(connection, number, record, state)  # type: ignore[arg-type]  # a connection


CALLS = (
    ("status",),
    ("explain", "Nile Post"),
    ("gaps", "--all"),
    ("show", "1"),
    ("show", "2", "--diff", "--all"),
    ("search", "engineers"),
    ("config",),
    ("check",),
    ("review",),
    ("health",),
    ("status", "Nil Post"),
    ("gaps", "--help"),
    ("search", "--help"),
    ("export", "--help"),
    ("--help",),
    ("changes",),
    ("sources", "list"),
    ("sources", "show", "Nile Post"),
)


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_no_line_is_wider_than_its_terminal(
    config: Path, call: tuple[str, ...], columns: int
) -> None:
    seen = shown(config, *call, columns=columns)

    assert seen.widest <= columns
    assert not DRAWN.search(seen.text)


@pytest.mark.parametrize("columns", WIDTHS)
def test_a_table_loses_no_letter_of_what_it_shows(config: Path, columns: int) -> None:
    seen = shown(config, "status", columns=columns)

    # Words of one name are below each other, where a column is narrow.
    words = set(seen.text.split())
    assert {*LONG.split(), *NAMES[2].split(), *NAMES[3].split(), NAMES[4]} <= words
    assert "failing" in words


@pytest.mark.parametrize("columns", WIDTHS)
def test_the_columns_that_are_left_out_are_named(config: Path, columns: int) -> None:
    seen = shown(config, "status", columns=columns)

    said = re.search(rf"Left out at {columns} columns: ([^.]*)\. A wider", " ".join(seen.lines))
    header = seen.lines[1]
    left_out = said.group(1).split(", ") if said else []
    for heading in ("Source", "State", "Kind", "Polled", "Next", "Found", "Stored", "Copies"):
        assert (heading in header) != (heading in left_out)


@pytest.mark.parametrize("columns", WIDTHS)
def test_columns_of_a_table_begin_below_each_other(config: Path, columns: int) -> None:
    """Signs without width, and letters of two columns, shift nothing."""
    seen = shown(config, "status", columns=columns)
    rule = next(line for line in seen.lines if line.startswith("---"))
    start = len(rule) - len(rule.lstrip("-").lstrip())
    rows = [line for line in seen.lines if line.split("  ")[0] in (NAMES[3], NAMES[4])]
    assert len(rows) == 2
    for row in rows:
        name = row.split("  ")[0]
        rest = row[len(name) :]
        assert cell_len(name) + len(rest) - len(rest.lstrip()) == start


def test_a_pipe_gets_each_record_on_one_line_in_full(config: Path) -> None:
    seen = shown(config, "status", columns=None)

    rows = [line for line in seen.lines if "example/feeds" in line and ": failing" not in line]
    assert len(rows) == len(NAMES)
    assert any(LONG in row for row in rows)
    assert not DRAWN.search(seen.text)
    assert "\x1b" not in seen.styled
    assert "Left out" not in seen.text


def test_what_needs_an_operator_comes_first(config: Path) -> None:
    seen = shown(config, "status", columns=None)

    first = seen.lines[2]
    assert first.startswith("Nile Post")
    assert "failing" in first
    assert "6 sources: 1 failing, 5 new" in seen.text


def test_two_feeds_of_one_outlet_are_told_apart_by_their_addresses(config: Path) -> None:
    seen = shown(config, "status", "nile post", columns=80)

    assert "Address" in seen.lines[1]
    assert "s0.example/feeds/of/section/0.xml" in seen.letters
    assert "NilePost(s0.example/feeds/of/section/0.xml):failing" in seen.letters


def test_status_is_filtered_by_outlet_group_and_state(config: Path) -> None:
    by_state = shown(config, "status", "--state", "FAILING", columns=None)
    by_group = shown(config, "status", "--group", "North", "--json", columns=None)
    none = shown(config, "status", "--state", "gone", columns=80)

    assert by_state.text.count("s0.example") == 2  # the row, and the reason below
    assert "s1.example" not in by_state.text
    assert by_group.text.count('"group":"north"') == len(NAMES)
    assert none.text == "no source is like that\n"


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (("status", "Nil Post"), "no source named 'Nil Post'; did you mean 'Nile Post'?"),
        (("status", "--group", "noth"), "no group named 'noth'; did you mean 'north'?"),
        (("status", "--state", "faling"), "did you mean 'failing'?"),
        (("gaps", "--source", "Nope"), "no source named 'Nope'"),
        (("gaps", "--cause", "faild"), "did you mean 'failed'?"),
        (("sources", "show", "Nile Pst"), "did you mean 'Nile Post'?"),
        (("sources", "list", "--idle", "mont"), "did you mean 'month'?"),
        (("explain", "nil post"), "did you mean 'Nile Post'?"),
        (("check", "--live", "Nle Post"), "did you mean 'Nile Post'?"),
        (("config", "Nile Pst"), "did you mean 'Nile Post'?"),
        (("backfill", "Nile Pst"), "did you mean 'Nile Post'?"),
        (("forget", "--source", "Nile Pst", "--reason", "x"), "did you mean 'Nile Post'?"),
        (("alert", "test", "any"), "no alert named 'any'; there are none"),
        (("alert", "tets"), "Did you mean 'test'?"),
        (("statsu",), "no command 'statsu'; did you mean 'status'"),
        (("help", "log-event"), "did you mean 'log-events'?"),
        (("export", "--format", "bibtx"), "did you mean 'bibtex'?"),
        (("export", "--fromat", "csv"), "'--format'"),
        (("search", "--order", "newst", "x"), "did you mean 'newest'?"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_wrong_name_is_answered_with_the_nearest(
    config: Path, call: tuple[str, ...], said: str
) -> None:
    seen = shown(config, *call, columns=None)

    assert seen.code == 2
    assert said in seen.errors
    assert seen.text == ""


@pytest.mark.parametrize(
    "call",
    [
        ("explain", "NILE post"),
        ("STATUS",),
        ("gaps", "--source", "nile  POST"),
        ("config", "nile post"),
        ("--JSON",),
        ("export", "--format", "CSV"),
    ],
    ids=" ".join,
)
def test_names_are_taken_in_any_case(config: Path, call: tuple[str, ...]) -> None:
    call = ("status", *call) if call[0].startswith("-") else call

    assert shown(config, *call, columns=None).code == 0


def page(config: Path, *arguments: str) -> Shown:
    return shown(config, "show", *arguments, columns=80)


def test_show_names_what_a_reader_has_to_know(config: Path) -> None:
    seen = page(config, "1")

    facts = dict(re.findall(r"^([A-Z][a-z]+) {2,}(\S.*)$", seen.text, re.M))
    assert facts["Published"] == "2026-11-25 15:00 +03:00 (2026-11-25 12:00 UTC)"
    assert facts["Author"] == "Tom Barrow"
    assert facts["Section"] == "World"
    assert facts["Tags"] == "Tishrin, dam"
    assert facts["Access"] == "paywalled, as the outlet says"
    assert "carried by 2 outlets, 1 independent text" in seen.text
    assert "Cite as" in seen.text
    assert "“Engineersleavethedam”,NilePost,2026-11-25" in seen.letters
    assert "SHA-256 d" in seen.text


def test_show_prints_no_python_and_no_needless_digits(config: Path) -> None:
    seen = page(config, "1", "--all")

    assert not re.search(r"\{'|\['|None|True|\d\.\d{7}|T\d\d:\d\d:\d\d", seen.text)
    assert "extractor_version" in seen.text
    assert "extractor_version" not in page(config, "1").text


def test_show_tells_which_text_cut_what(config: Path) -> None:
    original, copy = page(config, "1", "--diff").text, page(config, "2", "--diff").text

    assert "article 2 is an exact copy of this one" in original
    assert "exact copy of article 1: 100% of this text is there" in copy
    # In both, what the original has is cut, and what the copy has is added.
    for text in (original, copy):
        assert "[-leave the dam-]" in text.replace("\n  ", " ")


def test_search_counts_all_and_folds_copies(config: Path) -> None:
    both = shown(config, "search", "engineers", columns=80)
    one = shown(config, "search", "engineers", "--limit", "1", "--order", "oldest", columns=80)

    assert "    2  Engineers have left: 北方日报社, 2026-11-25 12:00 UTC, exact copy" in both.lines
    assert both.lines[-1] == "2 articles; duplicate:no leaves copies out"
    assert one.lines[-1].startswith("1 of 2 articles; --offset 1 shows the next")


def test_prose_breaks_between_words(config: Path) -> None:
    seen = shown(config, "show", "1", columns=60)

    words = set(" ".join(TEXT).split())
    assert words <= set(seen.text.split())


def test_an_empty_list_is_a_sentence(config: Path) -> None:
    assert shown(config, "gaps", "--cause", "topic silent", columns=80).lines == [
        "no gaps by the cause topic silent in which something may be lost"
    ]
    listed = shown(config, "alert", "list", columns=80)
    assert listed.text.startswith("no alert is configured")


def test_colours_are_for_terminals_without_no_color(config: Path) -> None:
    coloured = shown(config, "status", columns=80, environment={"NO_COLOR": ""})
    plain = shown(config, "status", columns=80, environment={"NO_COLOR": "1"})

    assert "\x1b[31m" in coloured.styled
    assert "\x1b" not in plain.styled
    assert coloured.text == plain.text


@pytest.mark.parametrize("columns", [20, 30])
def test_a_terminal_too_narrow_for_a_table_gets_a_line_for_each_cell(
    config: Path, columns: int
) -> None:
    seen = shown(config, "status", "Nile Post", columns=columns)

    assert seen.widest <= columns
    assert "State: failing" in seen.text or "failing" in seen.text.split()


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("missing/x.csv", "missing/x.csv: the folder {folder}/missing does not exist; create it"),
        ("", "{folder}: is a folder; name a file in it"),
        (
            "sources.toml/x.csv",
            "sources.toml/x.csv: {folder}/sources.toml is a file, and no folder",
        ),
    ],
)
@pytest.mark.parametrize("command", [("export", "--out"), ("opml", "export", "--out"), ("backup",)])
def test_a_file_that_cannot_be_written_is_named_with_the_reason(
    config: Path, command: tuple[str, ...], out: str, said: str
) -> None:
    folder = config.parent
    if command == ("backup",) and out == "missing/x.csv":
        return  # a backup makes its folder
    seen = shown(config, *command, str(folder / out), columns=None)

    assert seen.code == 1
    assert said.format(folder=folder) in seen.errors
    assert "partial" not in seen.errors
    assert "corpus.db" not in seen.errors
    assert len(seen.errors.splitlines()) == 1


def test_the_stages_print_sentences(tmp_path: Path, config: Path) -> None:
    file = tmp_path / "texts.jsonl"
    text = "The engineers left the base on Friday at dawn and took all of their trucks with them."
    file.write_text(f'{{"id": 1, "text": "{text}"}}\n{{"id": "b", "text": "{text}"}}\nnope\n')

    copies = shown(config, "duplicates", str(file), columns=None)
    verdicts = shown(config, "judge", str(file), columns=None)

    assert copies.lines[:2] == ["1: no copy", "b: exact copy of 1, 100% of the text"]
    assert copies.lines[2].startswith("line 3: not JSON")
    assert re.match(r"1: off topic, \d", verdicts.lines[0])
    assert "=" not in copies.text + verdicts.text


def test_a_bar_appears_with_its_total(capsys: pytest.CaptureFixture[str]) -> None:
    with shown_progress("texts") as show:  # no terminal: nothing is printed, not even a line
        show(0, 10)
    captured = capsys.readouterr()

    assert captured.out + captured.err == ""
    seen: list[tuple[int, int | None]] = []
    rows = list(watched("abc", 3, lambda done, total: seen.append((done, total))))
    assert rows == ["a", "b", "c"]
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_an_article_that_was_taken_down_says_so_and_what_its_outlet_is(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_corpus(config.parent / "corpus.db") as connection:
        stored = corpus.get(connection, 1)
        trace = provenance.trace(connection, 1)
    found = replace(
        stored,
        outlet_kind="agency",
        alignment="state",
        owner="The House",
        country="SY",
        outlet_group="wires",
        changes=["headline", "removal"],
        removed_at=NOW + timedelta(days=1),
    )
    print_article(found, trace)

    said = " ".join(capsys.readouterr().out.split())
    assert "agency, alignment state, owned by The House, country SY, group wires" in said
    assert "Online no: taken down by the outlet, seen 2026-11-26 12:00 UTC" in said
    assert "Changed headline, removal" in said
    assert "taken down by the outlet, seen 2026-11-26 12:00 UTC)" in said
