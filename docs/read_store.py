"""Reads a Modelkeep store from its packs alone, by docs/design/0001 and 0003.

    python read_store.py STORE                       lists model, number, id, bytes of versions
    python read_store.py STORE VERSION_ID FOLDER     writes the files of one to a new folder

It uses no line of Modelkeep and never the catalogue, so it finds removed versions too, as long as
all their chunks are there. Every chunk is checked by its BLAKE3, every file by its SHA-256. It
needs `blake3`, `numpy` and, before Python 3.14, `backports.zstd`.
"""

import io
import json
import struct
import sys
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import numpy as np
from blake3 import blake3

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ENTRY, FOOTER = struct.Struct("<32sBBIIIII"), struct.Struct("<QQ32s8s")
RAW, ZSTD, PLANES, DIFFERENCE, ZSTD_AFTER, SORTED = range(6)
RECIPE, DOCUMENT, LARGEST_CHUNK, LARGEST_WINDOW = 1, 2, 16 << 20, 27
BROKEN = (OSError, ValueError, LookupError, struct.error, zstd.ZstdError)


def check(holds, what):
    if not holds:
        raise ValueError(f"does not hold: {what}")


def canonical(value):
    """Return JSON with sorted keys and without spaces, its numbers as they were spelled."""
    if isinstance(value, dict):
        pairs = (f"{canonical(key)}:{canonical(value[key])}" for key in sorted(value))
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return value.decode() if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False)


def read_index(pack):
    check(pack[:8] == b"MKPACK1\n", "a pack of format 1")
    start, length, digest, end = FOOTER.unpack(pack[-FOOTER.size :])
    check(end == b"MKPEND1\n" and start + length + FOOTER.size == len(pack), "its end")
    index = bytes(pack[start : start + length])
    check(blake3(index).digest() == digest, "BLAKE3 of its index")
    at = 0
    while at < length:
        name, kind, _, offset, stored, raw, _, count = ENTRY.unpack_from(index, at)
        at += ENTRY.size + 32 * count
        needs = [index[i : i + 32] for i in range(at - 32 * count, at, 32)]
        yield name, (pack, kind, offset, stored, raw, needs)


def frame(data, size, base=None):
    check(zstd.get_frame_info(data).decompressed_size == size, "declared size of a frame")
    reach = max(10, min(LARGEST_WINDOW, (size + len(base or b"") - 1).bit_length()))
    prefix = None if base is None else zstd.ZstdDict(base, is_raw=True).as_prefix
    decoder = zstd.ZstdDecompressor(prefix, {zstd.DecompressionParameter.window_log_max: reach})
    content = decoder.decompress(data, max_length=size + 1)
    check(decoder.eof and not decoder.unused_data and len(content) == size, "a frame")
    return content


def stream(stored, size):
    mode, length = struct.unpack("<BI", stored.read(5))
    data = stored.read(length)
    check(mode in {0, 2} or (mode, len(data)) == (1, 1), "mode of a stream")
    content = frame(data, size) if mode > 1 else data * (size if mode else 1)
    check(len(content) == size, "length of a stream")
    return np.frombuffer(content, np.uint8)


def planes(stored, number, count):
    numbers = np.zeros(count, "<u8")
    for plane in range(number):
        numbers |= stream(stored, count).astype("<u8") << np.uint64(8 * plane)
    return numbers


def symbols(stored, width, bits, count):
    octets, top = stream(stored, -(-count * bits // 8)), (1 << bits) - 1
    spread = octets[:, None] >> np.arange(0, 8, bits, dtype=np.uint8) & top
    numbers = spread.reshape(-1)[:count].astype("<u8")
    large = np.flatnonzero(numbers == top)
    check(stored.read(4) == struct.pack("<I", len(large)), "number of large symbols")
    numbers[large] += planes(stored, width if len(large) else 0, len(large))
    return numbers


def from_planes(stored, raw, base, ordered):
    kind, lower, bits = stored.read(3)
    width, rotated = 1 << (kind & 3), kind & 4
    count = raw // width
    coded = planes(stored, lower, count)
    upper = symbols(stored, width - lower, bits, count) if bits else 0 * coded
    coded = (coded | upper << np.uint64(8 * lower & 63)).astype(f"<u{width}")
    before = 0 if base is None else np.frombuffer(base, coded.dtype, count)
    if ordered:  # by the exponents of the base
        coded[np.argsort(before << 1 >> (8 * width - 8), kind="stable")] = coded.copy()
    zigzag = (coded >> 1 ^ -(coded & 1)) + before
    numbers = coded >> 1 | coded << (8 * width - 1) if rotated else zigzag
    return numbers.tobytes() + stored.read()


def decode(stored, raw, base):
    codec = stored[0]
    check(codec <= SORTED, f"codec {codec}, which a later format has")
    check((base is not None) == (codec in {DIFFERENCE, ZSTD_AFTER, SORTED}), "base of a codec")
    if codec in {PLANES, DIFFERENCE, SORTED}:
        return from_planes(io.BytesIO(stored[1:]), raw, base, codec == SORTED)
    return stored[1:] if codec == RAW else frame(stored[1:], raw, base)


class Store:
    def __init__(self, folder):
        check(json.loads((folder / "format.json").read_bytes())["modelkeep_store"] == 1, "format 1")
        self.copies, self.recent, self.whole, self.damage = {}, {}, set(), []
        for path in sorted(folder.glob("blobs/??/" + "[0-9a-f]" * 64)):
            try:
                for name, copy in read_index(memoryview(np.memmap(path, mode="r"))):
                    self.copies.setdefault(name, []).append(copy)
            except BROKEN as error:
                self.damage.append(f"pack {path.name}: {error}")
        for _ in range(9):  # a recipe, its parts, and four differences need it six times
            has = self.whole.issuperset
            self.whole |= {n for n, all_ in self.copies.items() if any(has(c[5]) for c in all_)}

    def read(self, name, above=()):
        """Return a chunk, from whichever copy is whole and does not need what needs it."""
        why = "no pack holds it"
        for pack, kind, offset, length, raw, needs in self.copies.get(name, ()):
            try:
                check(raw <= LARGEST_CHUNK and name not in above, "its size or its needs")
                bases = () if kind == RECIPE else needs
                parts = [self.recent.get(each) or self.read(each, (*above, name)) for each in bases]
                stored = bytes(pack[offset : offset + length])
                content = decode(stored, raw, b"".join(parts) if bases else None)
                check(len(content) == raw and blake3(content).digest() == name, "its BLAKE3")
                self.recent = dict([*self.recent.items(), (name, content)][-64:])
            except BROKEN as error:
                why = str(error)
            else:
                return content
        raise ValueError(f"chunk {name.hex()}: {why}")

    def versions(self):
        """Return by id the newest document of each version whose chunks are all there."""
        found = []
        for name in [n for n, copies in self.copies.items() if DOCUMENT in {c[1] for c in copies}]:
            try:
                document = json.loads(self.read(name), parse_int=str.encode, parse_float=str.encode)
                stated, roots = document.pop("sha256"), document["manifest"]["files"]
                check(sha256(canonical(document).encode()).hexdigest() == stated, "its SHA-256")
                if self.whole.issuperset(bytes.fromhex(each["root_blake3"]) for each in roots):
                    found.append(document)
            except BROKEN as error:
                self.damage.append(f"document {name.hex()}: {error}")
        found.sort(key=lambda each: datetime.fromisoformat(each["version"]["updated_at"]))
        return {each["version"]["version_id"]: each for each in found}

    def write(self, entry, target):
        parts = [self.read(bytes.fromhex(entry["root_blake3"]))]
        if sha256(parts[0]).hexdigest() != entry["sha256"]:  # the root is a recipe of the file
            parts = (self.read(bytes.fromhex(n)) for n, _ in json.loads(parts[0])["chunks"])
        digest = sha256()
        with target.open("xb") as file:
            for part in parts:
                digest.update(part)
                file.write(part)
        check(digest.hexdigest() == entry["sha256"], f"SHA-256 of {entry['path']}")


def main(store, version_id="", folder="."):
    found = Store(Path(store))
    versions = found.versions()
    if version_id not in versions:
        for v in (document["version"] for document in versions.values() if not version_id):
            print(v["model_id"], v["version_number"], v["version_id"], int(v["size_bytes"]))
        return "\n".join([*found.damage, *([f"no version {version_id}"] if version_id else [])])
    manifest, target = versions[version_id]["manifest"], Path(folder)
    for path in manifest["empty_folders"] + [each["path"] for each in manifest["files"]]:
        check(".." not in Path(path).parts and not Path(path).is_absolute(), f"path {path}")
        (target / path).parent.mkdir(parents=True, exist_ok=True)
    for path in manifest["empty_folders"]:
        (target / path).mkdir()
    for entry in manifest["files"]:
        found.write(entry, target / entry["path"])
    return None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) or 0)
