"""A line of the log is one line, whatever a hostile server puts into a URL."""

import io
import json
import os
from pathlib import Path

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
