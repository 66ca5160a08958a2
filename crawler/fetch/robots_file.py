"""Parses a robots.txt (RFC 9309) into the rules for one agent (the only protego import).

Protego reads the rules; four of its readings that differ from the RFC or from what servers expect
are mended before it sees the file (docs/decisions/0004-robots.md). 512 KiB take up to a second.
"""

import re
import weakref
from urllib.parse import quote

from protego import Protego

from crawler.fetch.robots_escapes import literally
from crawler.fetch.robots_rules import RuleList

_LINE_CHARACTERS = 16_663  # what Google's parser reads of a line; the rest is cut off
_LINE = re.compile(r"^\s*+(user[ -]?agents?|[A-Za-z-]+)(?:\s*+:|\s)\s*+(.*)$", re.I | re.A)
_ASCII = "".join(map(chr, range(128)))
_RULES = {"user-agent", "allow", "disallow"}
_DELAYS = {"user-agent", "crawl-delay"}
_TYPOS = {
    "useragent": "user-agent", "user agent": "user-agent", "user-agents": "user-agent",
    "dissallow": "disallow", "disalow": "disallow", "dissalow": "disallow",
    "disallaw": "disallow", "diasllow": "disallow",
}  # fmt: skip


def parse(text: str, agent: str) -> RuleList:
    """Return the rules of a file for an agent, in the order in which they are tried."""
    parsed = _parse(_mend(text, _RULES, agent))
    found = parsed._get_matching_rule_set(agent)
    if found is None:
        return RuleList((), _crawl_delay(text, agent))
    rules = ((rule.field == "allow", rule.value._pattern) for rule in found._rules)
    # A rule that is repeated decides nothing: some files repeat one for each of their authors.
    return RuleList(tuple(dict.fromkeys(rules)), _crawl_delay(text, agent))


def _crawl_delay(text: str, agent: str) -> float:
    """Read apart: a Crawl-delay is no rule and must not divide the agents above and below it."""
    if "crawl-delay" not in text.lower():
        return 0.0
    return float(_parse(_mend(text, _DELAYS, agent)).crawl_delay(agent) or 0.0)


def _parse(text: str) -> Protego:
    """Parse a file; what is returned is freed as soon as nobody holds it.

    Protego and its rule sets refer to each other. Only the garbage collector would free them, and
    it runs so rarely here that a dozen large files were in memory at once.
    """
    parsed = Protego.parse(text)
    for rule_set in parsed._user_agents.values():
        rule_set._parser_instance = weakref.proxy(parsed)  # needed while it parses only
    return parsed


def _mend(text: str, known: set[str], agent: str) -> str:
    """Rewrite a file with the known lines only, so that Protego reads it as RFC 9309 says.

    An unknown line does not close a group (2.2.4), an agent's name is compared whole and ends at
    a blank or slash (2.2.1), a rule without a leading slash or wildcard forbids nothing (2.2.2).
    """
    kept: list[str] = []
    for line in re.split(r"\r\n|\r|\n", text.lstrip("\ufeff")):
        match = _LINE.match(line[:_LINE_CHARACTERS].partition("#")[0])
        if match is None:
            continue
        name, value = match[1].lower(), match[2].rstrip(" \t\n\r\f\v")
        name = _TYPOS.get(name, name)
        if name not in known:
            continue
        if name == "user-agent":
            value = _addressed(value, agent)
        elif name in {"allow", "disallow"}:
            # Kept though empty: it still ends the list of agents above it.
            value = literally(quote(value, _ASCII)) if value[:1] in {"/", "*"} else ""
        kept.append(f"{name}: {value}")
    return "\n".join(kept)


def _addressed(value: str, agent: str) -> str:
    """Return "*", our agent, or a name that is nobody's (Protego matches parts of names)."""
    if value == "*" or value.startswith(("* ", "*\t")):
        return "*"
    token = re.split(r"[\s/,]", value, maxsplit=1)[0].lower()
    return agent if token == agent.lower() else "somebody-else"
