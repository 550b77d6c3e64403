"""The study folder: every run once, whole, and readable by any tool while the study still runs.

=============================  =======================================================================================
``manifest.json``              what the study is, as its author gave it; written last when a folder is made, so that
                               a folder without it is no study. ``store`` in it holds the format, the names of the
                               tables, and the SHA-256 of text files and schemas
``study.toml`` …               text files as given
``design.parquet``             the points of the design
``schemas/NAME.arrow``         columns and types of each table (Arrow IPC), fixed when the folder is made
``runs/part-000042.parquet``   one row for each run: ``run_id``, ``status`` and what the schema says. It is the commit
                               record of its number: side parts of a number without it do not count
``NAME/part-000042.parquet``   rows of a side table (``communities``, ``groups``, ``weekly`` …) of the runs in the
                               runs part of that number; ``run_id`` comes first. Absent if those runs have no rows
``journal.bin``                runs that are in no part yet, at most those of the last minute
``sessions/0003.json``         one file for each start of the study: machine, workers, start, end, counts
``failures/RUN_ID.txt``        why a run failed, and the line that makes it again
``quarantine/``                damaged parts that ``check`` took out
``.lock``                      held while a coordinator writes; names it
``.tmp-*``                     half-written, deleted by the next coordinator
``.compact/``                  new parts of a compaction in the moment of the switch
=============================  =======================================================================================

``part-000000`` has no rows, so that every table can be read from the first moment on.

Nothing but the journal is written in place: a file is written as ``.tmp-…``, brought to disk and renamed. Parts are
Parquet: zstd, floats as byte streams without dictionary, text with dictionary, page checksums. Every file but the
journal and the lock carries a seal, the SHA-256 of all its bytes, within itself (Parquet and JSON: an entry ``seal``;
text: the last line) or in the manifest.

A record of the journal is 16 bytes (``RZJ1``, length of what follows, its CRC-32, CRC-32 of these 12 bytes; little
endian), a line of JSON (``{"row": [values in the order of the schema], "tables": [[name, bytes], …]}``), and the
tables without ``run_id``: each either an Arrow IPC stream, or packed: 8 bytes of the BLAKE2b hash of its Arrow schema
and one IPC message of a record batch, to which the schema, most of a small stream, stands in ``schemas/``.
"""

from experiments.store.check import Problem
from experiments.store.files import StoreError
from experiments.store.merge import merge
from experiments.store.schema import packed, unpacked
from experiments.store.store import Store
from experiments.store.writer import Writer

__all__ = ["Problem", "Store", "StoreError", "Writer", "merge", "packed", "unpacked"]
