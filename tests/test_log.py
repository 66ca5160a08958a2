"""A line of the log is one line, whatever a hostile server puts into a URL."""

import io
import json
import os
import re
from pathlib import Path

import pytest

from crawler import log


def test_control_characters_cannot_forge_a_line() -> None:
    out = io.StringIO()
    log.set_up(out=out)
    log.get("test").info("visited", url="http://a.example/\x1b[31m\nforged line")

    assert len(out.getvalue().splitlines()) == 1
    assert "\x1b" not in out.getvalue()
    assert "\\n" in out.getvalue()


def test_json_lines_are_json() -> None:
    out = io.StringIO()
    log.set_up(as_json=True, out=out)
    log.get("test").info("visited", url="http://a.example/", ms=3)

    event = json.loads(out.getvalue())
    assert (event["event"], event["ms"], event["room"]) == ("visited", 3, "test")


def test_a_quiet_log_keeps_errors() -> None:
    out = io.StringIO()
    log.set_up(quiet=True, out=out)
    log.get("test").info("visited")
    log.get("test").error("store full")

    assert out.getvalue().count("\n") == 1


def test_the_journal_of_systemd_is_recognised(tmp_path: Path) -> None:
    with (tmp_path / "journal").open("w") as stream:
        found = os.fstat(stream.fileno())
        named = {"JOURNAL_STREAM": f"{found.st_dev}:{found.st_ino}"}
        assert log.is_journal(stream, named)
        assert not log.is_journal(stream, {"JOURNAL_STREAM": f"{found.st_dev}:1"})
        assert not log.is_journal(stream, {})
    assert not log.is_journal(io.StringIO(), named)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def line(event: str, **fields: object) -> str:
    out = io.StringIO()
    log.set_up(out=out)
    log.get("test").warning(event, **fields)
    return out.getvalue()


def test_a_line_for_people_has_the_event_first_then_whom_and_what() -> None:
    said = line(
        "failed", ms=12.5, new=3, url="http://a.example/f", source="A Times", status=500,
        outcome="server_error", is_last=True,
    )  # fmt: skip

    time, rest = said.split(" UTC ")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", time)
    assert rest == (
        "failed (warning): A Times, http://a.example/f, server_error, "
        "12.5 ms, new 3, HTTP 500, is last yes\n"
    )


def test_a_list_of_the_log_has_a_line_for_each_value_which_can_forge_none() -> None:
    said = line("reload refused", mistakes=["line 3: no key", "line 4:\nforged"])

    assert said.splitlines()[1:] == [
        "    mistakes:",
        "      line 3: no key",
        r"      line 4:\nforged",
    ]


def test_the_log_is_coloured_in_a_terminal_unless_no_color_is_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    seen = []
    for colour in ("", "1"):
        monkeypatch.setenv("NO_COLOR", colour)
        out = Terminal()
        log.set_up(out=out)
        log.get("test").error("store full")
        seen.append("\x1b[31m" in out.getvalue())
    pipe = io.StringIO()
    log.set_up(out=pipe)
    log.get("test").error("store full")

    assert seen == [True, False]
    assert "\x1b" not in pipe.getvalue()
