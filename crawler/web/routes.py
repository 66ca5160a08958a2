"""The table of pages: address, function, entry of the navigation."""

from collections.abc import Callable
from dataclasses import dataclass

from crawler.web.answering import Answer
from crawler.web.asking import Asked
from crawler.web.pages import help as help_page


@dataclass(frozen=True, slots=True)
class Route:
    """A page: its address in Starlette's form, its function, its entry of the navigation."""

    address: str
    page: Callable[[Asked], Answer]
    section: str = ""


NAVIGATION = {
    "/": "Overview",
    "/search": "Articles",
    "/changes": "Changes",
    "/movements": "Movements",
    "/sources": "Sources",
    "/gaps": "Gaps",
    "/alerts": "Alerts",
    "/review": "Review",
}

ROUTES: tuple[Route, ...] = (Route("/help", help_page.page),)
