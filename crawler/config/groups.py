"""`[group.NAME]` and the domains of outlets: what holds between several tables of sources.toml."""

from collections.abc import Iterator, Mapping, Sequence

from crawler import urls
from crawler.config import suggestions
from crawler.config.mistakes import Written
from crawler.config.outlet import Group, Outlet, with_group

Groups = Mapping[str, Group]


def joined(outlets: list[Outlet], groups: Groups) -> list[Outlet]:
    """Return the outlets, each with the defaults of its group."""
    if not groups:
        return outlets
    found = []
    for outlet in outlets:
        group = groups.get(outlet.group or "")
        found.append(with_group(outlet, group) if group else outlet)
    return found


def unused(
    outlets: Sequence[Outlet],
    groups: Groups,
    written: Written,
) -> Iterator[str]:
    """Yield a message for each table of a group that no outlet names, and so changes nothing."""
    used = {outlet.group for outlet in outlets if outlet.group}
    for name in groups:
        if name not in used:
            nearest = suggestions.nearest(name, used)
            guess = f'; did you mean "{nearest}"?' if nearest else ""
            where = written.at(("group", name))
            yield f'{where}: group "{name}": no source has this group{guess}'


def repeated_domains(
    outlets: Sequence[Outlet],
    written: Written,
) -> Iterator[str]:
    """Yield a message for each domain of two outlets: an article there can have one alone."""
    owners: dict[str, str] = {}
    for outlet in outlets:
        if outlet.homepage:
            host = urls.host_of(outlet.homepage)
            owners.setdefault(host.removeprefix("www."), outlet.name)

    for place, outlet in enumerate(outlets):
        for key in ("domains", "former_domains"):
            for domain in getattr(outlet, key):
                owner = owners.setdefault(domain, outlet.name)
                if owner != outlet.name:
                    where = written.at(("source", place, key))
                    taken = f'{domain} already belongs to "{owner}"'
                    yield f'{where}: source "{outlet.name}": {key}: {taken}'
