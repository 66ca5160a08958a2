"""Packed WARC files that end anywhere: what is whole is read, and the damage is noticed."""

import gzip
import zlib
from pathlib import Path

import pytest

from storage.archive import unpacking
from storage.archive.packing import PACKINGS, module
from storage.archive.unpacking import open_unpacked

RECORDS = [f"record {number} of a quiet week on the coast\n".encode() * 9 for number in range(4)]
WHOLE = b"".join(RECORDS)


def packed(compression: str) -> tuple[bytes, list[int]]:
    """Return a packed file, and where its head and each of its parts end."""
    packing = PACKINGS[compression]
    data = head = packing.head(RECORDS[0] * 20)
    ends = [len(head)]
    for record in RECORDS:
        data += packing.pack(record, head)
        ends.append(len(data))
    return data, ends


def read(file: Path) -> tuple[bytes, Exception | None]:
    """Return what a file gives, and the error at its end."""
    found = b""
    try:
        with open_unpacked(file) as stream:
            while piece := stream.read(7):
                found += piece
    except (EOFError, zlib.error, module().ZstdError) as error:
        return found, error
    return found, None


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_a_cut_at_any_byte_gives_all_before_it_and_is_noticed(
    compression: str, tmp_path: Path
) -> None:
    """Only a cut between two records cannot be seen: such a file is whole."""
    data, ends = packed(compression)
    file = tmp_path / "cut"
    for cut in range(1, len(data) + 1):
        file.write_bytes(data[:cut])

        found, error = read(file)

        whole = sum(end <= cut for end in ends[1:])
        assert found.startswith(b"".join(RECORDS[:whole]))
        assert WHOLE.startswith(found) or cut < 4  # too short to be seen as packed
        if cut >= 4:
            assert (error is None) == (cut in ends), cut


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_a_damaged_record_costs_none_before_it(compression: str, tmp_path: Path) -> None:
    data, ends = packed(compression)
    changed = bytearray(data)
    changed[ends[-1] - 12] ^= 0xFF
    file = tmp_path / "changed"
    file.write_bytes(changed)

    found, error = read(file)

    assert found.startswith(b"".join(RECORDS[:3]))
    assert error is not None


@pytest.mark.parametrize("content", [WHOLE, b""])
def test_a_file_that_is_not_packed_is_read_as_it_is(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "plain.warc"
    file.write_bytes(content)

    assert read(file) == (content, None)


def test_padding_and_frames_without_a_dictionary_are_read(tmp_path: Path) -> None:
    padded, frames = tmp_path / "padded", tmp_path / "frames"
    padded.write_bytes(b"".join(gzip.compress(record) + b"\0" * 512 for record in RECORDS))
    frames.write_bytes(b"".join(bytes(module().compress(record)) for record in RECORDS))

    assert read(padded) == (WHOLE, None)
    assert read(frames) == (WHOLE, None)


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_a_record_that_unpacks_to_very_much_is_unpacked_in_pieces(
    compression: str, tmp_path: Path
) -> None:
    packing = PACKINGS[compression]
    head = packing.head(RECORDS[0] * 20)
    file = tmp_path / "bomb"
    file.write_bytes(head + packing.pack(bytes(64 * 1024 * 1024), head))

    with open_unpacked(file) as stream:
        most = 0
        while piece := stream.read(1 << 30):
            most = max(most, len(piece))

    assert most <= unpacking._PIECE_BYTES
