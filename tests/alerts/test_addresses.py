"""An address shows its kind and host alone; a redirect is a refusal."""

import socket
from contextlib import suppress
from pathlib import Path

import pytest

from crawler import config as configuration
from crawler.alerts.addresses import addresses
from crawler.alerts.guard import NotPublic, guarded
from crawler.errors import ConfigError
from tests.support.hook import hook

HEAD = '[drawdown]\ncontact = "desk@example.org"\n'


OPEN = '[network]\nallow_private = ["127.0.0.0/8"]\n'


def write(folder: Path, address: str, network: str = "") -> Path:
    file = folder / "sources.toml"
    rule = f'{network}[[alert]]\nname = "Desk"\nto = "{address}"\nsources = true\n'
    file.write_text(HEAD + rule, "utf-8")
    return file


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("ntfy://push.example/quiet-heron", "ntfy://push.example/…"),
        ("ntfy://quiet-heron", "ntfys://…"),
        ("json://hook.example:8080/quiet-heron?a=b", "json://hook.example:8080/…"),
        ("discord://4815162342/quiet-heron", "discord://…"),
        ("tgram://481516234:quiet_heron_abcdefgh/42/", "tgram://…"),
    ],
)
def test_only_the_kind_and_host_of_an_address_are_shown(
    tmp_path: Path, address: str, shown: str
) -> None:
    config = configuration.load(write(tmp_path, address))
    (found,) = addresses(config)["Desk"]

    assert found.shown == shown
    assert "heron" not in repr(found)


@pytest.mark.parametrize(
    "address", ["Mailto://u:heron@x.example", "mailto:u:heron@x", " json://heron"]
)
def test_a_mistyped_address_is_refused_without_being_repeated(tmp_path: Path, address: str) -> None:
    with pytest.raises(ConfigError, match="write an address of apprise") as refused:
        configuration.load(write(tmp_path, address))

    assert "heron" not in str(refused.value)


@pytest.mark.parametrize(
    ("key", "url", "said"),
    [
        ("homepage", "https://reader:heron@a.example/feed", "a user name or password"),
        ("homepage", "https:reader:heron@a.example/feed", "a user name or password"),
        ("feed", "https://reader%3Ax:heron@a.example/feed", "must not contain a colon"),
        ("feed", "https://reader:heron%0A@a.example/feed", "cannot be sent"),
        ("feed", "ftp://reader:heron@a.example/feed", "an http or https URL is needed"),
        ("sitemap", "https:/reader:heron@/feed", "an http or https URL is needed"),
    ],
)
def test_a_password_that_cannot_be_used_is_refused_without_being_repeated(
    tmp_path: Path, key: str, url: str, said: str
) -> None:
    file = tmp_path / "sources.toml"
    addresses = {"feed": "https://a.example/feed"} | {key: url}
    lines = "".join(f'{name} = "{value}"\n' for name, value in addresses.items())
    file.write_text(f'{HEAD}[[source]]\nname = "A"\n{lines}', "utf-8")

    with pytest.raises(ConfigError, match=f"{key}.*: .*{said}") as refused:
        configuration.load(file)

    assert "heron" not in str(refused.value)


def test_a_redirect_is_a_refusal(tmp_path: Path) -> None:
    with hook() as new, hook() as old:
        old.status = 302
        old.location = f"http://127.0.0.1:{new.port}/heron"
        file = write(tmp_path, f"{old.address}?redirect=yes", OPEN)
        (address,) = addresses(configuration.load(file))["Desk"]
        refused = address.send("A title", "a body")

    assert refused
    assert "k3y" not in refused
    assert (old.refused, new.asked) == (1, 0)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_an_address_within_a_private_range_is_refused_unasked(tmp_path: Path, host: str) -> None:
    with hook() as made:
        to = made.address.replace("127.0.0.1", host)
        (address,) = addresses(configuration.load(write(tmp_path, to)))["Desk"]
        refused = address.send("A title", "a body")

    assert refused is not None
    assert "allow_private" in refused
    assert "127.0.0.1" not in refused
    assert made.asked == 0


def test_an_address_within_a_range_that_the_operator_opened_gets_its_message(
    tmp_path: Path,
) -> None:
    with hook() as made:
        (address,) = addresses(configuration.load(write(tmp_path, made.address, OPEN)))["Desk"]
        refused = address.send("A title", "a body")

    assert refused is None
    assert [one["title"] for one in made.taken] == ["A title"]


@pytest.mark.parametrize(
    "to",
    [
        "mailto://desk:quiet-heron@127.0.0.1:{port}?smtp=127.0.0.1&from=a@b.example&mode=insecure",
        "ntfy://127.0.0.1:{port}/quiet-heron",
        "form://127.0.0.1:{port}/quiet-heron",
        "gotify://127.0.0.1:{port}/quiet-heron",
        # The service leaves its socket open where it cannot send.
        pytest.param("rsyslog://127.0.0.1:{port}", marks=pytest.mark.filterwarnings("ignore")),
    ],
)
def test_the_guard_holds_for_each_kind_of_service(tmp_path: Path, to: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        url = to.format(port=server.getsockname()[1])
        (address,) = addresses(configuration.load(write(tmp_path, url)))["Desk"]
        refused = address.send("A title", "a body")

        assert refused is not None
        assert "allow_private" in refused
        with pytest.raises(BlockingIOError):
            server.accept()


def test_what_is_dialled_beside_a_message_is_not_guarded() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        with pytest.raises(NotPublic), guarded([]), suppress(OSError):
            socket.create_connection(server.getsockname()[:2])
        socket.create_connection(server.getsockname()[:2]).close()


def test_an_error_has_no_part_of_an_address_within_its_words(tmp_path: Path) -> None:
    file = write(tmp_path, "tgram://481516234:quiet_heron_abcdefgh/42/")
    (address,) = addresses(configuration.load(file))["Desk"]

    said = address._without_secrets("no route to /bot481516234:quiet_heron_abcdefgh/sendMessage")

    assert "481516234" not in said
    assert "heron" not in said
