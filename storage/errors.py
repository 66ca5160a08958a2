"""What can go wrong in the store.

StorageError
├── StoreMissing      no file where the corpus should be
├── StoreLocked       another daemon owns the store
├── StoreCorrupt      the file is damaged or not a corpus
├── StoreTooNew       written by a later version
├── StoreTooOld       written by an earlier version, and not yet brought forward
├── StoreFull         no space, a file-size limit or a read-only place
└── StoreBusy         another program holds the file, or its disk does not answer for a moment
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


class StoreBusy(StorageError):
    """Another program holds the store, or its disk failed for a moment: the same may work later.

    What was committed is safe. A daemon tries again for ever, a command for a minute.
    """
