"""Does one thing to a registry between two marks, for test_syscall_order: `traced.py FOLDER WHAT`.

The marks are writes to standard output, so that they stand in the trace of the system calls.
"""

import os
import sys
from pathlib import Path

import modelkeep

WHAT_IS_THERE = b"warm"


def prepare(folder):
    services = modelkeep.connect(folder / "registry", backup_path=str(folder / "backups"))
    versions = services.versions
    (folder / "model.bin").write_bytes(WHAT_IS_THERE)
    versions.create_version("m", folder / "model.bin")
    second = versions.create_version("m", folder / "model.bin")
    versions.delete_version(second.version_id)
    return services


def main(folder, what):
    services = prepare(folder)
    versions, model = services.versions, folder / "model.bin"
    content = {
        "make": b"the first bytes",
        "create-first": WHAT_IS_THERE,
        "create": b"bytes that are new",
        "create-in-lost-folder": b"bytes whose folder someone removed",
        "create-again": WHAT_IS_THERE,
        "delete": b"only one version has these",
    }[what]
    model.write_bytes(content)
    if what == "delete":
        versions.create_version("m", model)
    if what == "create-in-lost-folder":
        for each in (folder / "registry" / "blobs").iterdir():
            if not any(each.iterdir()):
                each.rmdir()
    if what == "create-first":
        # The last connection that closes takes the log of the catalogue away.
        services.close()
    os.write(1, b"BEGIN\n")
    if what == "make":
        new = modelkeep.connect(folder / "new" / "registry", backup_path=str(folder / "backups"))
        new.versions.create_version("m", model)
    elif what == "delete":
        versions.delete_version("m@latest")
    else:
        versions.create_version("m", model)
    os.write(1, b"END\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
