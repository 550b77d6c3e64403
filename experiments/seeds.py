"""Seeds of replications, derived from one root."""

from __future__ import annotations

import hashlib


def replication_seed(root: int, replication: int) -> int:
    """Seed of a replication, hashed so that studies with neighbouring roots share none."""
    return _hashed(f"{root}/{replication}")


def future_seed(root: int, future: int, replication: int) -> int:
    """Seed of a replication in a future that has luck of its own."""
    return _hashed(f"{root}/{future}/{replication}")


def _hashed(words: str) -> int:
    return int.from_bytes(hashlib.blake2b(words.encode(), digest_size=8).digest(), "big") >> 1
