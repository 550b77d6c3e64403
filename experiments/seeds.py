"""Seeds of replications, derived from one root."""

from __future__ import annotations

import hashlib


def replication_seed(root: int, replication: int, part: int | None = None) -> int:
    """Seed of a replication, hashed so that studies with neighbouring roots share none.

    With ``part``, a future or a point, it is that of the replication in this part alone.
    """
    path = f"{root}/{replication}" if part is None else f"{root}/{part}/{replication}"
    digest = hashlib.blake2b(path.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
