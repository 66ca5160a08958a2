"""The parts of a query as they are written, each of which can be taken out or added."""

from storage.search.query import Token, parse, tokens_of


def parts(query: str) -> list[str]:
    """Return what a query asks for at once, as written. Raises QueryError.

    Alternatives at the top are one part: taking one out would ask for something else.

    >>> parts('withdraw* -iraq lang:ar (a OR b)'), parts("a OR b")
    (['withdraw*', '-iraq', 'lang:ar', '(a OR b)'], ['a OR b'])
    """
    parse(query)
    tokens = tokens_of(query)
    found: list[str] = []
    place = 0
    while place < len(tokens):
        kind, text, start = tokens[place]
        if (kind, text) == ("word", "OR"):
            return [query.strip()]
        if (kind, text) == ("word", "AND"):
            place += 1
            continue
        place = _after(tokens, place)
        end = tokens[place][2] if place < len(tokens) else len(query)
        found.append(query[start:end].strip())
    return found


def _after(tokens: list[Token], place: int) -> int:
    """Return the place of the token after the part that begins at `place`."""
    kind, text, _ = tokens[place]
    if kind == "minus" or (kind, text) == ("word", "NOT"):
        return _after(tokens, place + 1)
    if kind == "field":
        return place + 2
    if kind not in ("open", "near"):
        return place + 1
    depth = 0
    for after in range(place, len(tokens)):
        opened = tokens[after][0] in ("open", "near")
        depth += opened - (tokens[after][0] == "close")
        if depth == 0:
            return after + 1
    return len(tokens)


def without(query: str, part: str) -> str:
    """Return a query without the first part of this text. Raises QueryError."""
    kept = parts(query)
    if part in kept:
        kept.remove(part)
    return " ".join(kept)


def narrowed(query: str, term: str) -> str:
    """Return a query that asks for a term, too. Raises QueryError.

    >>> narrowed("a OR b", "lang:ar"), narrowed("", "lang:ar")
    ('(a OR b) lang:ar', 'lang:ar')
    """
    if not query.strip():
        return term
    if term in parts(query):
        return query.strip()
    if ("word", "OR") in _top(query):
        return f"({query.strip()}) {term}"
    return f"{query.strip()} {term}"


def _top(query: str) -> set[tuple[str, str]]:
    """Return the tokens of a query that are in no brackets."""
    found, depth = set(), 0
    for kind, text, _ in tokens_of(query):
        depth -= kind == "close"
        if depth == 0:
            found.add((kind, text))
        depth += kind in ("open", "near")
    return found


def quoted(value: str) -> str:
    """Return a value of a field as it is written in a query.

    A quotation mark cannot be written in one: the longest piece without is as near as it gets.

    >>> quoted("ar"), quoted("The Paper")
    ('ar', '"The Paper"')
    """
    if value.isalnum():
        return value
    return f'"{max(value.split(chr(34)), key=len)}"'
