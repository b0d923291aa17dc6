#!/usr/bin/env python3
"""Writes src/analyses/diff/scalar-fields.generated.ts: what the diff must know of Envoy's fields to tell a spelling from a difference.

    python3 -m venv ~/.cache/proto-fields && ~/.cache/proto-fields/bin/pip install xds-protos==1.85.0 protobuf==7.36.2 \\
      && ~/.cache/proto-fields/bin/python scripts/proto-scalars.py [--check]

--check writes nothing and exits 1 when the committed file differs.

A name is listed only where it means the same in every message of the API that has it: a rule that does not fit one of
them would hide a difference there.
"""

import collections
import pathlib
import runpy
import sys

FIELDS = runpy.run_path(str(pathlib.Path(__file__).with_name('proto-fields.py')))
OUTPUT = pathlib.Path(__file__).parent.parent / 'src/analyses/diff/scalar-fields.generated.ts'

WRAPPERS = ('Bool', 'Int32', 'UInt32', 'Int64', 'UInt64', 'Float', 'Double', 'String', 'Bytes')


def kind_of(field):
    """The JSON form of a field's value, as far as the diff has a rule for it."""
    message = field.message_type
    if message is not None:
        if message.GetOptions().map_entry:
            return 'map'
        if message.full_name == 'google.protobuf.Duration':
            return 'duration'
        for name in WRAPPERS:
            if message.full_name == f'google.protobuf.{name}Value':
                return scalar(message.fields_by_name['value'])
        return 'message'
    return scalar(field)


def scalar(field):
    return {
        field.CPPTYPE_INT32: 'number',
        field.CPPTYPE_UINT32: 'number',
        field.CPPTYPE_INT64: 'number',
        field.CPPTYPE_UINT64: 'number',
        field.CPPTYPE_FLOAT: 'number',
        field.CPPTYPE_DOUBLE: 'number',
        field.CPPTYPE_BOOL: 'bool',
        field.CPPTYPE_ENUM: 'enum',
        field.CPPTYPE_STRING: 'bytes' if field.type == field.TYPE_BYTES else 'string',
    }[field.cpp_type]


def write(messages):
    kinds, explicit, zeros, others = (collections.defaultdict(set) for _ in range(4))
    for message in messages.values():
        for field in message.fields:
            kind = kind_of(field)
            kinds[field.name].add(kind)
            if not field.is_repeated and (field.has_presence and kind != 'message'):
                explicit[field.name].add(message.full_name)
            if kind == 'enum' and field.enum_type is not None:
                zero, *rest = field.enum_type.values
                zeros[field.name].add(zero.name)
                others[field.name].update(value.name for value in rest if value.number != 0)

    def only(kind):
        return ' '.join(sorted(name for name, found in kinds.items() if found == {kind}))

    implicit = ' '.join(
        sorted(name for name, found in kinds.items() if found & {'bool', 'number', 'string', 'bytes', 'enum'} and not explicit[name])
    )
    enums = ' '.join(
        f'{name}:{"|".join(sorted(found - others[name]))}'
        for name, found in sorted(zeros.items())
        if not explicit[name] and found - others[name]
    )
    return f"""// Written by scripts/proto-scalars.py from {FIELDS['PACKAGE']} {FIELDS['VERSION']} ({len(messages)} messages). Do not edit.

/** Fields without presence: their default means the same as their absence. */
export const implicit =
  '{implicit}'

/** Enum fields without presence, and their first value. */
export const enums =
  '{enums}'

export const maps =
  '{only('map')}'

export const durations =
  '{only('duration')}'

export const numbers =
  '{only('number')}'

export const bytes =
  '{only('bytes')}'

/** Messages of API v2 and their name in v3. */
export const renamed =
  '{' '.join(renamed(messages))}'
"""


def renamed(messages):
    """Only what an Any can hold: no nested message, nothing of the admin and discovery services."""
    from udpa.annotations import versioning_pb2

    for name, message in sorted(messages.items()):
        before = message.GetOptions().Extensions[versioning_pb2.versioning].previous_message_type
        if '.v3' in name and before and message.containing_type is None and not before.startswith(('envoy.admin.', 'envoy.service.')):
            yield f'{before}:{name}'


def main():
    descriptors = FIELDS['load']()
    messages = {name: m for name, m in descriptors.items() if name.startswith(('envoy.', 'xds.', 'udpa.'))}
    text = write(messages)
    if '--check' in sys.argv:
        sys.exit(0 if OUTPUT.read_text() == text else f'{OUTPUT} is out of date')
    OUTPUT.write_text(text)


if __name__ == '__main__':
    main()
