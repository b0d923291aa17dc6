#!/usr/bin/env python3
"""Writes test/laws/sensitive-fields.json: the fields that Envoy's API marks as sensitive, which Envoy hides in its own dumps.

    python3 -m venv ~/.cache/proto-fields && ~/.cache/proto-fields/bin/pip install xds-protos==1.85.0 protobuf==7.36.2 \\
      && ~/.cache/proto-fields/bin/python scripts/sensitive-fields.py [--check]

--check writes nothing and exits 1 when the committed file differs.

A mark is the option udpa.annotations.sensitive. It holds for all that a field contains. Messages of API v2 are left out, and what is
part of no configuration, as in proto-descriptors.py.
"""

import json
import pathlib
import re
import runpy
import sys

FIELDS = runpy.run_path(str(pathlib.Path(__file__).with_name('proto-fields.py')))
OUTPUT = pathlib.Path(__file__).parent.parent / 'test/laws/sensitive-fields.json'
LEFT_OUT = re.compile(r'^envoy\.(?:service|data|api)\.|^envoy\..*\.v[12](?:(?:alpha|beta)\d*)?(?:$|\.)')


def sensitive():
    messages = FIELDS['load']()
    from udpa.annotations import sensitive_pb2

    found = {}
    for name, message in sorted(messages.items()):
        if LEFT_OUT.search(name):
            continue
        fields = [
            field.name
            for field in message.fields
            if field.GetOptions().Extensions[sensitive_pb2.sensitive]
        ]
        if fields:
            found[name] = fields
    return found


text = json.dumps(sensitive(), indent=2) + '\n'
if '--check' in sys.argv[1:]:
    if OUTPUT.read_text() != text:
        sys.exit(f'{OUTPUT} differs from what the descriptors say')
else:
    OUTPUT.write_text(text)
