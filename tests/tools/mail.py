#!/usr/bin/env python3
"""mail.py FILE DIRECTORY: unpacks a mail with Python's own parser, an independent reader; prints head and parts as JSON."""

import email
import email.policy
import json
import pathlib
import sys

message = email.message_from_bytes(pathlib.Path(sys.argv[1]).read_bytes(), policy=email.policy.default)
folder = pathlib.Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
defects = [str(defect) for part in message.walk() for defect in part.defects]
attachments = []
for number, part in enumerate(message.iter_attachments()):
    name = part.get_filename() or ""
    content = part.get_payload(decode=True)
    # The name comes from outside: only its last part, and a number against two of the same name.
    path = folder / f"{number}-{pathlib.PurePosixPath(name).name or 'unnamed'}"
    path.write_bytes(content)
    attachments.append({"name": name, "type": part.get_content_type(), "length": len(content), "path": str(path)})
body = message.get_body(preferencelist=("plain",))
json.dump(
    {
        "head": {name.lower(): str(value) for name, value in message.items()},
        "text": body.get_content() if body else "",
        "attachments": attachments,
        "defects": defects,
    },
    sys.stdout,
)
