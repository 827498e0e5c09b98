"""Uses a registry with the rights of nobody, for test_read_only: `reader.py REGISTRY`.

Prints one JSON object: for each thing it tried `ok`, or the error that was raised.
"""

import json
import os
import sys
import tempfile

import modelkeep
from modelkeep.errors import ModelkeepError

NOBODY = 65534


def told(error):
    family = [kind.__name__ for kind in type(error).__mro__]
    return {"family": family, "path": getattr(error, "path", ""), "message": str(error)}


def attempts(services):
    versions, deployments = services.versions, services.deployments
    return {
        "list": lambda: versions.get_versions("m"),
        "load": lambda: versions.load_model("m@1.0.0"),
        "served": lambda: deployments.get_active_deployment("m"),
        "verify": services.scrubber.verify,
        "create": lambda: versions.create_version("m", {"n": 9}),
        "tag": lambda: versions.update_tags("m@1.0.0", add=["new"]),
        "deploy": lambda: deployments.deploy_version("m@1.0.2", "production"),
        "roll back": lambda: deployments.rollback_deployment("m", "production"),
        "delete": lambda: versions.delete_version("m@1.0.2", backup=False),
        "back up": lambda: versions.backup_version("m@1.0.0"),
        "clean up": versions.cleanup_old_versions,
    }


def main(registry):
    # All modules are imported while that is certainly allowed.
    with tempfile.TemporaryDirectory() as folder:
        with modelkeep.connect(f"{folder}/r", backup_path=f"{folder}/b") as services:
            services.versions.create_version("m", {"n": 1})
            services.versions.load_model("m@latest")
            services.scrubber.verify()
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    found = {}
    try:
        with modelkeep.connect(registry, backup_path=f"{registry}-backups") as services:
            for name, attempt in attempts(services).items():
                try:
                    attempt()
                    found[name] = "ok"
                except ModelkeepError as error:
                    found[name] = told(error)
    except ModelkeepError as error:
        found["connect"] = told(error)
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
