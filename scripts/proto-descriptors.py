#!/usr/bin/env python3
"""Writes src/envoy/protobuf/descriptors.generated.ts: every message that a dump can hold, to read it from protobuf.

    python3 -m venv ~/.cache/proto-fields && ~/.cache/proto-fields/bin/pip install xds-protos==1.85.0 protobuf==7.36.2 \\
      grpcio-tools==1.85.1 brotli==1.2.1 && ~/.cache/proto-fields/bin/python scripts/proto-descriptors.py [--check]

--check writes nothing and exits 1 when the committed file does not hold the same descriptors.

Envoy's API is that of xds-protos, as in proto-fields.py. Istio's own filters are compiled from the module istio.io/api at the
version that the lab pins (test/lab/go/istio), which `go` finds. What decoding does without is taken out: options, services,
extensions, names that are reserved, and messages of API v2, which no istiod of today sends.
"""

import base64
import json
import pathlib
import re
import runpy
import subprocess
import sys
import tempfile

import brotli
from google.protobuf import descriptor_pb2
from grpc_tools import protoc

FIELDS = runpy.run_path(str(pathlib.Path(__file__).with_name('proto-fields.py')))
ROOT = pathlib.Path(__file__).parent.parent
OUTPUT = ROOT / 'src/envoy/protobuf/descriptors.generated.ts'

# The filters that istiod configures and Envoy does not have. https://github.com/istio/api/tree/master/envoy
ISTIO = [
    'envoy/config/filter/http/alpn/v2alpha1/config.proto',
    'envoy/config/filter/http/jwt_auth/v2alpha1/config.proto',
    'envoy/config/filter/network/metadata_exchange/metadata_exchange.proto',
    'envoy/config/filter/network/tcp_cluster_rewrite/v2alpha1/config.proto',
    'envoy/extensions/stats/config.proto',
]

# Neither part of a configuration, nor described by it.
LEFT_OUT = re.compile(r'^envoy\.(?:service|data|api)\.|^envoy\..*\.v[12](?:(?:alpha|beta)\d*)?(?:$|\.)')


def envoy_files():
    """Files of the package by name, with those that they import."""
    files = {}

    def add(file):
        if file.name not in files:
            files[file.name] = descriptor_pb2.FileDescriptorProto()
            file.CopyToProto(files[file.name])
            for imported in file.dependencies:
                add(imported)

    for message in FIELDS['load']().values():
        add(message.file)
    return files


def istio_files():
    """(the files, the version of the module)"""
    command = ['go', 'mod', 'download', '-json', f'istio.io/api@{istio_version()}']
    folder = json.loads(subprocess.check_output(command, cwd=ROOT / 'test/lab/go/istio'))['Dir']
    files = {}
    for name in ISTIO:
        # One at a time: two of them would claim one package's option.
        with tempfile.NamedTemporaryFile() as out:
            own = pathlib.Path(protoc.__file__).parent / '_proto'
            arguments = ['protoc', f'-I{folder}', f'-I{own}', f'--descriptor_set_out={out.name}', name]
            if protoc.main(arguments) != 0:
                sys.exit(f'{name} does not compile')
            found = descriptor_pb2.FileDescriptorSet.FromString(pathlib.Path(out.name).read_bytes())
        files.update({f'istio/{file.name}': file for file in found.file})
    for name, file in files.items():
        file.name = name
    return files


def istio_version():
    listed = re.search(r'istio\.io/api (v\S+)', (ROOT / 'test/lab/go/istio/go.mod').read_text())
    return listed[1]


def camel(name):
    return re.sub('_(.)', lambda m: m[1].upper(), name)


def strip_fields(fields):
    for field in fields:
        packed = field.options.packed if field.options.HasField('packed') else None
        field.ClearField('options')
        if packed is not None:
            field.options.packed = packed
        # Python leaves it out where it follows from the name.
        field.json_name = field.json_name or camel(field.name)


def strip_enum(enum):
    for part in ('options', 'reserved_range', 'reserved_name'):
        enum.ClearField(part)
    for value in enum.value:
        value.ClearField('options')


def strip_message(message):
    is_map = message.options.map_entry
    for part in ('options', 'extension', 'extension_range', 'reserved_range', 'reserved_name'):
        message.ClearField(part)
    if is_map:
        message.options.map_entry = True
    strip_fields(message.field)
    for oneof in message.oneof_decl:
        oneof.ClearField('options')
    for nested in message.nested_type:
        strip_message(nested)
    for enum in message.enum_type:
        strip_enum(enum)


def names_in(file):
    """Full names of the types that a file declares."""
    found = set()

    def add(scope, message):
        found.add(f'{scope}.{message.name}')
        for nested in [*message.nested_type, *message.enum_type]:
            add(f'{scope}.{message.name}', nested) if hasattr(nested, 'field') else found.add(f'{scope}.{message.name}.{nested.name}')

    for message in file.message_type:
        add(f'.{file.package}', message)
    return found | {f'.{file.package}.{enum.name}' for enum in file.enum_type}


def uses_of(messages):
    """Full names of the types that fields have."""
    for message in messages:
        yield from (field.type_name for field in message.field if field.type_name)
        yield from uses_of(message.nested_type)


def wanted(files):
    """The files of a dump's messages, stripped, each after those it needs."""
    home = {name: file.name for file in files.values() for name in names_in(file)}
    ordered = {}

    def add(name):
        if name in ordered:
            return
        file = files[name]
        needed = sorted({home[used] for used in uses_of(file.message_type)} - {name})
        for other in needed:
            add(other)
        for part in ('dependency', 'public_dependency', 'weak_dependency', 'options', 'service', 'extension', 'source_code_info'):
            file.ClearField(part)
        file.dependency.extend(needed)
        for message in file.message_type:
            strip_message(message)
        for enum in file.enum_type:
            strip_enum(enum)
        ordered[name] = file

    for name in sorted(files):
        package = files[name].package
        of_dump = name.startswith('istio/') or package.startswith(('envoy.', 'xds.', 'udpa.type')) and not LEFT_OUT.search(package)
        if of_dump and (files[name].message_type or files[name].enum_type):
            add(name)
    return list(ordered.values())


def main():
    files = wanted({**envoy_files(), **istio_files()})
    content = descriptor_pb2.FileDescriptorSet(file=files).SerializeToString(deterministic=True)
    if '--check' in sys.argv[1:]:
        written = re.search(r"'([\w+/=]+)'", OUTPUT.read_text()) if OUTPUT.exists() else None
        same = written is not None and brotli.decompress(base64.b64decode(written[1])) == content
        sys.exit(0 if same else f'{OUTPUT.name} is out of date: run scripts/{pathlib.Path(__file__).name}')
    packed = base64.b64encode(brotli.compress(content, quality=11, lgwin=24)).decode()
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(f"""// Written by scripts/proto-descriptors.py from {FIELDS['PACKAGE']} {FIELDS['VERSION']} and istio.io/api {istio_version()}. Do not edit.

/** A google.protobuf.FileDescriptorSet of {len(files)} files, {len(content)} bytes, compressed with brotli, in base64. */
export const descriptors =
  '{packed}'
""")


if __name__ == '__main__':
    main()
