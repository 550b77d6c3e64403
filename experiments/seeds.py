"""Seeds of replications, derived from one root."""

from __future__ import annotations

import hashlib


def replication_seed(root: int, replication: int) -> int:
    """Seed of a replication, hashed so that studies with neighbouring roots share none."""
    digest = hashlib.blake2b(f"{root}/{replication}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
