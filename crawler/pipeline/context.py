"""A configuration with the look-ups that the pipeline needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from crawler.config import Config
from storage.records.model import FrontierUrl, Source


@dataclass(frozen=True, slots=True)
class Context:
    """One configuration, which never changes; a reload of sources.toml creates another."""

    config: Config
    _by_url: Mapping[str, Source]
    _by_name: Mapping[str, Source]

    @classmethod
    def of(cls, config: Config) -> Self:
        """Return the context of a configuration."""
        sources = config.sources()
        return cls(
            config,
            _by_url={source.url: source for source in sources},
            _by_name={source.name: source for source in sources},
        )

    def source_of(self, target: FrontierUrl) -> Source | None:
        """Return the source whose settings a target is fetched with.

        None for robots.txt, and for a target whose source has left sources.toml.
        """
        return self._by_url.get(target.asked) or self._by_name.get(target.source)
