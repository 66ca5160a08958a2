"""What an operator writes of alerts, when digests come, and how messages are put."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler import config as configuration
from crawler.alerts.addresses import addresses
from crawler.alerts.message import Line, clean, compose
from crawler.errors import ConfigError
from crawler.schedule.cron import next_time


def test_an_address_may_stand_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "sources.toml"
    file.write_text(
        '[drawdown]\ncontact = "a@b.example"\n[[alert]]\nname = "One"\nto = ["$DESK", "zork://x"]\n'
        "restarts = true\n",
        "utf-8",
    )
    with pytest.raises(ConfigError) as caught:
        addresses(configuration.load(file))
    assert [one.removeprefix(str(file)) for one in caught.value.mistakes] == [
        ':5: alert "One": to: $DESK is not set in the environment of this command',
        ':5: alert "One": to: zork://… is no address that apprise understands',
    ]
    monkeypatch.setenv("DESK", "json://127.0.0.1/secret")
    file.write_text(file.read_text("utf-8").replace(', "zork://x"', ""), "utf-8")
    (address,) = addresses(configuration.load(file))["One"]
    assert address.shown == "json://127.0.0.1/…"
    assert "secret" not in repr(address)


@pytest.mark.parametrize(
    ("rule", "mistake"),
    [
        (
            "",
            "needs at least one of: query, contradictions = true, sources = true, restarts",
        ),
        ('query = "troops AND ("', "query: "),
        ('query = "a"\nspike = 1', "spike: "),
        ("sources = true\nspike = 3", "spike counts what a query finds: write one"),
        ('query = "a"\ndigest = "0 7 * *"', "digest: write five fields"),
        ('query = "a"\ndigest = "0 25 * * *"', "digest: "),
        ('query = "a"\ntimezone = "Mars"', "timezone: no time zone"),
        ('query = "a"\nqery = "b"', 'did you mean "query"?'),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, rule: str, mistake: str) -> None:
    file = tmp_path / "sources.toml"
    head = '[drawdown]\ncontact = "a@b.example"\n\n[[alert]]\nname = "One"\nto = "json://x"\n'
    file.write_text(head + rule, "utf-8")
    with pytest.raises(ConfigError) as caught:
        configuration.load(file)
    assert 'alert "One": ' in str(caught.value)
    assert mistake in str(caught.value)


def test_two_alerts_have_two_names(tmp_path: Path) -> None:
    one = '[[alert]]\nname = "One"\nto = "json://x"\nsources = true\n'
    file = tmp_path / "sources.toml"
    file.write_text(f'[drawdown]\ncontact = "a@b.example"\n{one}{one}', "utf-8")
    with pytest.raises(ConfigError, match='toml:7: alert "One": this name is taken'):
        configuration.load(file)


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        ("0 7 * * *", "2026-11-27T07:00"),
        ("30 18 * * 1-5", "2026-11-26T18:30"),
        ("0 7 * * 0", "2026-11-29T07:00"),  # a Sunday: cron counts from it
        ("0 7 * * 7", "2026-11-29T07:00"),
        ("0 7 * * sat", "2026-11-28T07:00"),
        ("0 7 * * 0-6", "2026-11-27T07:00"),
        ("0 7 1 * *", "2026-12-01T07:00"),
        ("*/15 * * * *", "2026-11-26T12:15"),
    ],
)
def test_digests_go_by_cron(cron: str, expected: str) -> None:
    now = datetime(2026, 11, 26, 12, 0, 30, tzinfo=UTC)  # a Thursday
    assert next_time(cron, "UTC", now).isoformat().startswith(expected)


def test_a_zone_moves_the_hour() -> None:
    now = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
    assert next_time("0 7 * * *", "Asia/Damascus", now).astimezone(UTC).hour == 4


def test_text_from_the_web_commands_nobody() -> None:
    shown = clean("<!channel> @everyone [Sign in](https://evil.example)\n\u202egnp.exe\x1b[31m `x`")
    for command in ("<!", "@e", "](", "\n", "\u202e", "\x1b", "`"):
        assert command not in shown
    assert clean("a" * 400) == "a" * 299 + "…"


def lines(number: int, length: int = 10) -> list[Line]:
    return [Line(number=n, headline=f"{n} " + "x" * length) for n in range(1, number + 1)]


def test_what_does_not_fit_is_for_the_next_message() -> None:
    message = compose("Desk", lines(20, 200), 20, 20, most=1000, is_repeated=False)
    assert len(message.body) <= 1000
    assert message.until == message.body.count("x" * 200)
    assert 1 < message.until < 20


def test_one_line_is_told_even_where_it_does_not_fit() -> None:
    message = compose("Desk", lines(2, 290), 2, 2, most=160, is_repeated=False)
    assert message.until == 1
    assert len(message.body) <= 160


def test_a_flood_is_told_as_one() -> None:
    message = compose("Desk", lines(20), 5000, 5123, most=8000, is_repeated=False)
    assert (message.title, message.until) == ("Desk: 5000 items", 5123)
    assert "and 4,980 more" in message.body
