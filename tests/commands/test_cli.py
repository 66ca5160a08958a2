"""The commands as people call them: output, exit codes, and no traceback."""

import asyncio
import csv
import gzip
import io
import json
import random
import signal
import sys
from pathlib import Path

import pytest
from click import Context
from click.testing import CliRunner

from crawler.cli import cli
from crawler.commands.render.console import print_table
from crawler.commands.render.text import plain
from crawler.commands.sections import COMMANDS as NAMES
from crawler.commands.sections import module_name
from crawler.demo.server import serve
from tests.support.command import drawdown
from tests.support.farm import feed_sources, make_outlets, make_page, make_text, write_config

COMMANDS = sorted(NAMES)
ROOT = Path(__file__).parents[2]
TEXT = " ".join(make_text(random.Random(4), on_topic=False))


def names(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


def rows(output: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in output.splitlines()]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_an_example(command: str) -> None:
    shown = CliRunner().invoke(cli, [command, "--help"])

    assert shown.exit_code == 0
    assert "Example: drawdown" in shown.output


def test_every_command_is_the_function_of_its_name_in_the_file_of_its_name() -> None:
    files = {file.stem for file in (ROOT / "crawler" / "commands").glob("*.py")}

    shared = {
        "__init__", "arguments", "judging", "pair", "reading", "reference", "reviewing", "sections",
    }  # fmt: skip
    assert files - shared == set(map(module_name, COMMANDS))
    for name in COMMANDS:
        command = cli.get_command(Context(cli), name)
        assert command is not None
        assert command.name == name


def test_text_of_the_web_cannot_command_a_terminal() -> None:
    assert plain("\x1b[2J\u202eabc\nd") == "\ufffd[2J\ufffdabc\nd"
    assert plain("می\u200cشوند 5\xa0km [in Syria]") == "می\u200cشوند 5 km [in Syria]"


def test_text_of_the_web_is_no_markup_in_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("T", ("Headline",), [["[bold]x[/bold] [in Syria]"]])

    assert "[bold]x[/bold] [in Syria]" in capsys.readouterr().out


@pytest.mark.slow
def test_a_wrong_call_and_a_wrong_configuration_exit_with_2(tmp_path: Path) -> None:
    broken = tmp_path / "sources.toml"
    broken.write_text("[drawdown]\nstor = 1\n")
    for arguments in (
        ["--config", broken, "check"], ["--config", broken, "once"], ["--config", broken, "run"],
        ["--config", tmp_path / "none.toml", "status"], ["frobnicate"],
        ["export", "--format", "xls"],
    ):  # fmt: skip
        done = drawdown(*arguments)

        assert done.returncode == 2, arguments
        assert "Traceback" not in done.stderr
    assert "unknown key" in drawdown("--config", broken, "check").stderr


@pytest.mark.slow
def test_a_missing_or_damaged_store_exits_with_1_and_says_what_to_do(tmp_path: Path) -> None:
    config = write_config(tmp_path / "sources.toml", {}, "")
    missing = drawdown("--config", config, "export")
    (tmp_path / "corpus.db").write_bytes(b"not a database, whatever its name says" * 200)
    damaged = [
        drawdown("--config", config, command) for command in ("once", "status", "check", "run")
    ]

    assert missing.returncode == 1
    assert "no corpus here" in missing.stderr
    for done in damaged:
        assert done.returncode == 1
        assert "restore a back-up" in done.stderr
        assert "Traceback" not in done.stderr


def test_judge_streams_in_order_and_marks_bad_lines(tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": "a", "title": "US troops leave Syria", "text": "They left on Monday."}),
        "not json", "[1]", json.dumps({"id": 4, "title": 5}),
        json.dumps({"id": "b", "title": "A cake", "text": TEXT, "lang": "en"}),
    ]  # fmt: skip
    done = drawdown("judge", "--json", "-", stdin="\n".join(lines))
    out = rows(done.stdout)

    assert done.returncode == 1
    assert [row.get("relevant") for row in out] == [True, None, None, None, False]
    assert [("error" in row) for row in out] == [False, True, True, True, False]
    assert out[0]["evidence"]
    assert out[1]["line"] == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["judge", "duplicates", "statements", "group", "urls"])
def test_a_line_that_cannot_be_used_is_named_and_the_others_are_not_lost(
    tmp_path: Path, command: str
) -> None:
    good = {"id": "good", "url": "https://a.example/1", "title": "A cake", "text": TEXT}
    bad = [
        b"[" * 5000,
        b'{"id": "a", "title": "\xff"}',
        b'{"id": "b", "url": ["https://a.example/"]}',
        b"9" * 5000,
    ]
    file = tmp_path / "lines.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + b"\n".join([*bad, json.dumps(good).encode()]))
    done = drawdown(command, "--json", file)

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    out = rows(done.stdout)
    assert [row.get("line") for row in out] == [1, 2, 3, 4, None]
    assert [row.get("id") for row in out] == [None, None, "b", None, "good"]
    assert all(row["error"] for row in out[:4])
    assert "error" not in out[4]


def test_judge_names_a_line_whose_language_is_no_text() -> None:
    lines = [{"id": "a", "title": "x", "text": TEXT, "lang": 5}, {"id": "b", "text": TEXT}]
    done = drawdown("judge", "--json", "-", stdin="\n".join(map(json.dumps, lines)))

    assert done.returncode == 1
    first, second = rows(done.stdout)
    assert (first["line"], first["id"]) == (1, "a")
    assert "lang" in str(first["error"])
    assert second["relevant"] is False


def test_a_damaged_compressed_file_is_named_after_the_lines_before_the_damage(
    tmp_path: Path,
) -> None:
    file = tmp_path / "lines.jsonl.gz"
    packed = gzip.compress(b'{"url": "https://a.example/"}\n' * 9)
    file.write_bytes(packed[:-4])
    done = drawdown("urls", "--json", file)

    assert done.returncode == 1
    assert "damaged after line 9" in done.stderr


def test_urls_gives_the_same_canonical_url_to_each_address_of_an_article() -> None:
    lines = [
        {"id": 7, "url": "http://www.outlet.example/a?utm_source=mail"},
        {"url": "https://outlet.example/a"},
        {"id": "mail", "url": "mailto:desk@outlet.example"},
    ]
    done = drawdown("urls", "--json", "-", stdin="\n".join(map(json.dumps, lines)))

    assert done.returncode == 1
    first, second, third = rows(done.stdout)
    assert first == {"id": 7, "canonical": "https://outlet.example/a"}
    assert second == {"id": 2, "canonical": "https://outlet.example/a"}
    assert (third["line"], third["id"]) == (3, "mail")


def test_duplicates_names_the_earlier_text(tmp_path: Path) -> None:
    texts = [make_text(random.Random(n), on_topic=False) for n in range(2)]
    file = tmp_path / "texts.jsonl"
    listed = [
        ("one", texts[0], "https://a.example/1"), ("two", texts[1], "https://b.example/2"),
        ("three", [*texts[0], "A line of our own."], "https://b.example/3"),
        ("four", texts[1], None),
    ]  # fmt: skip
    file.write_text(
        "\n".join(
            json.dumps({"id": key, "title": key, "text": "\n".join(body), "url": url})
            for key, body, url in listed
        )
    )
    done = drawdown("duplicates", "--json", file)

    assert done.returncode == 0
    found = {row["id"]: (row["duplicate_of"], row["kind"]) for row in rows(done.stdout)}
    assert found == {
        "one": (None, None), "two": (None, None),
        "three": ("one", "syndicated"), "four": ("two", "exact"),
    }  # fmt: skip


def test_extract_reads_files_and_reports_what_is_none(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(make_page("A headline", [TEXT], "https://a.example/1"))
    done = drawdown(
        "extract", "--json", "--url", "https://a.example/1", page, tmp_path / "none.html"
    )
    out = rows(done.stdout)

    assert done.returncode == 1
    assert out[0]["headline"] == "A headline"
    assert out[0]["body"] == [TEXT]
    assert "No such file" in str(out[1]["error"])


@pytest.mark.slow
async def test_the_commands_on_a_corpus_agree_with_one_another(tmp_path: Path) -> None:
    outlets = make_outlets(outlets=2, articles=10, seed=9)
    async with serve(outlets) as connect_to:
        config = write_config(tmp_path / "sources.toml", connect_to, feed_sources(outlets))
        done = await asyncio.to_thread(drawdown, "--config", config, "once", "--json")
        fetched = await asyncio.to_thread(
            drawdown, "--config", config, "fetch", "--json",
            "http://outlet0.example/feed", "http://outlet0.example/missing", "ftp://x/",
        )  # fmt: skip
        live = await asyncio.to_thread(
            drawdown, "--config", config, "extract", "--json", "http://outlet0.example/story/3"
        )

    assert done.returncode == 0
    tally = {(row["kind"], row["outcome"]): row["count"] for row in json.loads(done.stdout)}
    assert tally["article", "stored"] == 20

    assert fetched.returncode == 1
    good, missing, wrong = rows(fetched.stdout)
    assert (good["outcome"], good["status"]) == ("fetched", 200)
    assert good["redirects"] == []
    assert (missing["outcome"], missing["error"]) == ("not_found", "HTTP 404")
    assert wrong["outcome"] == "bad_url"
    assert "Headline 3" in str(rows(live.stdout)[0]["headline"])

    status = json.loads(drawdown("--config", config, "status", "--json").stdout)
    assert status["discovered"] == 20
    assert status["outcomes"] == {"stored": 20}
    exported = rows(drawdown("--config", config, "export").stdout)
    assert len(exported) == 20
    out = tmp_path / "corpus.csv"
    assert drawdown("--config", config, "export", "--format", "csv", "--out", out).returncode == 0
    cells = csv.DictReader(io.StringIO(out.read_text("utf-8-sig")))
    assert [row["id"] for row in cells] == [str(row["id"]) for row in exported]
    assert not any(name.startswith(".corpus") for name in names(tmp_path))

    url = f"{exported[0]['url_key']}?utm_source=mail"
    shown = json.loads(drawdown("--config", config, "show", "--json", url).stdout)
    assert shown["id"] == exported[0]["id"]
    assert shown["sightings"][0]["feed"].endswith("/feed")
    assert shown["revisions"][0]["address"].startswith("127.")
    assert drawdown("--config", config, "show", "999").returncode == 1
    assert "sound" in drawdown("--config", config, "check").stdout


@pytest.mark.slow
async def test_a_daemon_drains_at_sigterm_and_exits_with_0(tmp_path: Path) -> None:
    outlets = make_outlets(outlets=2, articles=5, seed=9)
    async with serve(outlets) as connect_to:
        config = write_config(tmp_path / "sources.toml", connect_to, feed_sources(outlets))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", "from crawler.cli import main; main()", "--log-json",
            "--config", str(config), "run", stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert process.stderr is not None
        visited = 0
        async with asyncio.timeout(60):
            while visited < 10:
                event = json.loads(await process.stderr.readline())
                visited += event["event"] == "visited"
            second = await asyncio.to_thread(drawdown, "--config", config, "once")
            process.send_signal(signal.SIGTERM)
            _, rest = await process.communicate()

    assert second.returncode == 1
    assert "another Drawdown" in second.stderr
    assert process.returncode == 0
    assert json.loads(rest.splitlines()[-1])["event"] == "stopped"


@pytest.mark.slow
def test_the_demo_tells_an_analyst_what_there_is(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    done = drawdown("demo", "--folder", folder)

    assert done.returncode == 0, done.stderr
    assert "56 articles stored in ar, de, en, fr, ru, tr: 32 on topic, 24 off" in done.stdout
    assert "4 lines, 1 contradiction" in done.stdout
    assert "Revised: Damascus tells Security Council" in done.stdout
    assert "- The mediators proposed a timetable in four steps." in done.stdout
    assert "{+by the end of March.+}" in done.stdout
    assert "Look further:" in done.stdout
    exported = rows(drawdown("--config", folder / "sources.toml", "export").stdout)
    assert sum(bool(row["relevant"]) for row in exported) == 32


@pytest.mark.slow
def test_the_demo_as_json_names_copies_and_their_originals(demo: Path) -> None:
    report = json.loads((demo / "report.json").read_text("utf-8"))

    assert report["articles"] == 56
    assert sum(report["outcomes"].values()) == 60
    assert [copy["original_source"] for copy in report["copies"]] == ["Meridian Wire"] * 4
    assert {copy["source"] for copy in report["copies"]} == {"The Harbour Ledger"}
    cut, revised = (example["difference"]["edits"] for example in report["examples"])
    assert {edit["kind"] for edit in cut} == {"removed"}
    assert {edit["kind"] for edit in revised} == {"edited", "added"}
    outcomes = {s["source"]: s["last_outcome"] for s in report["sources"]}
    assert outcomes.pop("The Broken Beacon") == "server_error"
    assert set(outcomes.values()) == {"polled", "unchanged"}


@pytest.mark.slow
def test_show_tells_what_a_copy_cut_and_a_revision_changed(demo: Path) -> None:
    config = demo / "sources.toml"
    report = json.loads((demo / "report.json").read_text("utf-8"))
    cut, revised = report["examples"]

    shown = drawdown("--config", config, "show", "--diff", cut["id"]).stdout
    assert "what it cut (-) and added (+)" in shown
    assert f"copy of article {report['copies'][2]['original']}" in shown
    assert "carried by 2 outlets, 1 independent text" in shown
    found = json.loads(
        drawdown("--config", config, "show", "--diff", "--json", revised["id"]).stdout
    )
    (revision,) = found["differences"]["revisions"]
    assert "headline" in revision["title"]
    assert revision["headline"][0] != revision["headline"][1]
    assert found["revisions"][1]["changes"][0] == "headline"
