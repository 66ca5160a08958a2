"""The original of each article, by the rule of `duplicate:` in a query.

The original of a cluster is the member that was declared earliest. A member is the article that
the cluster is named after, or one with an edge of a copy.
"""

from dataclasses import dataclass

import numpy as np

from storage.facts.columns import Array, Mask


@dataclass(
    frozen=True,
    slots=True,
    kw_only=True,
)
class Members:
    """What decides about the clusters of articles; arrays of one length."""

    id: Array
    cluster: Array
    declared: Array  # milliseconds: when an article was published, else first seen
    has_edge: Mask  # whether it is linked to another article as a copy
    stored: Array  # microseconds: when its first text became known
    linked: Array  # microseconds: when its newest edge of a copy was found


def originals(members: Members, is_known: Mask) -> tuple[Array, Array]:
    """Return the original of each article, and since when nothing of its cluster has changed.

    Only articles whose first text is known can be originals.
    """
    counted = _counted(members, is_known)
    since = np.maximum(counted.stored, counted.linked)
    order = np.lexsort((counted.id, counted.declared, counted.cluster))
    clusters, first = np.unique(counted.cluster[order], return_index=True)
    if len(clusters) == 0:
        return members.id, members.stored
    newest = np.maximum.reduceat(since[order], first)

    places = np.minimum(np.searchsorted(clusters, members.cluster), len(clusters) - 1)
    is_member = _is_in_cluster(members) & (clusters[places] == members.cluster)
    found = np.where(
        is_member,
        counted.id[order][first][places],
        members.id,
    )
    changed = np.where(
        is_member,
        newest[places],
        members.stored,
    )
    return found, np.maximum(changed, members.linked)


def _is_in_cluster(members: Members) -> Mask:
    is_root: Mask = members.cluster == members.id
    return is_root | members.has_edge


def _counted(members: Members, is_known: Mask) -> Members:
    """Return the articles that can be an original, with the cluster of each.

    A root that has joined another cluster since is a member of both: its copies name it still.
    """
    own = np.flatnonzero(_is_in_cluster(members) & is_known)
    has_moved = (members.cluster != members.id) & np.isin(members.id, members.cluster)
    moved = np.flatnonzero(has_moved & members.has_edge & is_known)
    both = np.concatenate((own, moved))
    return Members(
        id=members.id[both],
        cluster=np.concatenate((members.cluster[own], members.id[moved])),
        declared=members.declared[both],
        has_edge=members.has_edge[both],
        stored=members.stored[both],
        linked=members.linked[both],
    )
