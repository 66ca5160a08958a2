"""An address shows its kind and host alone; a redirect is a refusal."""

from pathlib import Path

import pytest

from crawler import config as configuration
from crawler.alerts.addresses import addresses
from crawler.errors import ConfigError
from tests.support.hook import hook

HEAD = '[drawdown]\ncontact = "desk@example.org"\n'


def write(folder: Path, address: str) -> Path:
    file = folder / "sources.toml"
    rule = f'[[alert]]\nname = "Desk"\nto = "{address}"\nsources = true\n'
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


@pytest.mark.parametrize("key", ["feed", "homepage"])
def test_a_password_in_a_url_is_refused_without_being_repeated(tmp_path: Path, key: str) -> None:
    file = tmp_path / "sources.toml"
    urls = {"feed": "https://a.example/feed"} | {key: "https://reader:heron@a.example/feed"}
    lines = "".join(f'{name} = "{url}"\n' for name, url in urls.items())
    file.write_text(f'{HEAD}[[source]]\nname = "A"\n{lines}', "utf-8")

    with pytest.raises(ConfigError, match=f"{key}.*: a user name or password") as refused:
        configuration.load(file)

    assert "heron" not in str(refused.value)


def test_a_redirect_is_a_refusal(tmp_path: Path) -> None:
    with hook() as new, hook() as old:
        old.status = 302
        old.location = f"http://127.0.0.1:{new.port}/heron"
        (address,) = addresses(configuration.load(write(tmp_path, f"{old.address}?redirect=yes")))[
            "Desk"
        ]
        refused = address.send("A title", "a body")

    assert refused
    assert "k3y" not in refused
    assert (old.refused, new.asked) == (1, 0)
