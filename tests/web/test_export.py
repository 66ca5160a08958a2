"""`/export` gives the bytes of `drawdown export`."""

import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from storage.export.formats import FORMATS
from tests.support.command import drawdown
from tests.web.conftest import PARAGRAPHS, add, client_of, filled, site_of


@pytest.fixture
def config(file: Path) -> Path:
    path = file.with_name("sources.toml")
    path.write_text('[drawdown]\ncontact = "me@example.org"\nstore = "corpus.db"\n', "utf-8")
    return path


# WeasyPrint starts a process to find its libraries.
@pytest.mark.parametrize(
    "form",
    [pytest.param(form, marks=pytest.mark.slow) if form == "pdf" else form for form in FORMATS],
)
@pytest.mark.parametrize("query", ["", "convoy"])
def test_a_download_has_the_bytes_of_the_command(
    client: TestClient, config: Path, form: str, query: str
) -> None:
    out = config.with_name("out")
    asked = [query] if query else []
    done = drawdown("--config", config, "export", *asked, "--format", form, "--out", out)
    assert done.returncode == 0, done.stderr

    answer = client.get("/export", params={"q": query, "format": form})

    assert answer.status_code == 200
    assert answer.content == out.read_bytes()
    assert answer.headers["content-disposition"].startswith("attachment")


def test_the_manifest_is_that_of_the_command(client: TestClient, config: Path) -> None:
    out = config.with_name("articles.csv")
    drawdown("--config", config, "export", "convoy", "--format", "csv", "--out", out)
    written = json.loads(config.with_name("articles.csv.manifest.json").read_bytes())

    answer = client.get("/export/manifest", params={"q": "convoy", "format": "csv"})

    assert answer.json() == written


@pytest.mark.parametrize(
    "parameters", [{"format": "exe"}, {"q": "("}, {"as_of": "x"}, {"compress": "rar"}]
)
def test_a_wrong_export_is_a_mistake(client: TestClient, parameters: dict[str, str]) -> None:
    assert client.get("/export", params=parameters).status_code == 400
    assert client.get("/export/manifest", params=parameters).status_code == 400


def test_a_large_export_is_whole(tmp_path: Path) -> None:
    with filled(tmp_path / "corpus.db") as connection:
        for number in range(40):
            add(connection, f"n{number}", body=[f"{number} {one}" for one in PARAGRAPHS * 30])
    client = client_of(site_of(tmp_path / "corpus.db"))

    assert len(client.get("/export").content.splitlines()) == 40


def test_a_head_of_an_export_writes_nothing(client: TestClient) -> None:
    answer = client.head("/export")

    assert answer.status_code == 200
    assert answer.content == b""
