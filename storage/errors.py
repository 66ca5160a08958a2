"""What can go wrong in the store.

StorageError
├── StoreMissing      no file where the corpus should be
├── StoreLocked       another daemon owns the store
├── StoreCorrupt      the file is damaged or not a corpus
├── StoreTooNew       written by a later version
├── StoreTooOld       written by an earlier version, and not yet brought forward
└── StoreFull         no space, a file-size limit or a read-only place
"""


class StorageError(Exception):
    """Something about the store that the operator has to know; the message says what to do."""


class StoreMissing(StorageError):
    """There is no corpus at this path."""


class StoreLocked(StorageError):
    """Another process writes to this store."""


class StoreCorrupt(StorageError):
    """The file is not a corpus, or its pages are damaged."""


class StoreTooNew(StorageError):
    """A later version of Drawdown wrote this store."""


class StoreTooOld(StorageError):
    """An earlier version of Drawdown wrote this store; the next writer brings it forward."""


class StoreFull(StorageError):
    """The store cannot grow: disk full, quota, or read-only. What was committed is safe."""
