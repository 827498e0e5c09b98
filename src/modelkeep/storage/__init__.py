"""The bytes: formats, blobs, documents, backups, and the checks on them."""
