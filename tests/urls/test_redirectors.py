"""Redirectors and caches give the address that they carry."""

import pytest

from crawler.urls.redirectors import REDIRECTORS, Redirector, unwrap


@pytest.mark.parametrize("redirector", REDIRECTORS, ids=lambda rule: rule.example)
def test_the_example_of_each_rule_gives_its_target(redirector: Redirector) -> None:
    assert unwrap(redirector.example) == redirector.carries


def test_a_redirector_around_another_is_opened() -> None:
    inner = "https://web.archive.org/web/2025/https://paper.example/a"

    assert unwrap(f"https://www.google.com/url?q={inner}") == "https://paper.example/a"


def test_a_target_that_is_no_address_leaves_the_redirector() -> None:
    url = "https://vk.com/away.php?to=http://xn--a/x"

    assert unwrap(url) == url
