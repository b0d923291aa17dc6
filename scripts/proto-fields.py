#!/usr/bin/env python3
"""Writes src/envoy/proto-json/proto-fields.generated.ts: where Envoy's protobuf-JSON holds data keys instead of field names.

    python3 -m venv ~/.cache/proto-fields && ~/.cache/proto-fields/bin/pip install xds-protos==1.85.0 protobuf==7.36.2 \\
      && ~/.cache/proto-fields/bin/python scripts/proto-fields.py [--check]

--check writes nothing and exits 1 when the committed file differs.

Keys of a map and of a google.protobuf.Struct are data. Which fields hold them depends on the message, so every message is
a state and a field name leads to the next state. Names that lead to the same place in all messages are stored once;
messages that do not differ in the remaining names share one state. State 0 is every message in which no name needs
storing, and also every message that the API does not have.
"""

import collections
import importlib
import importlib.metadata
import pathlib
import re
import sys

PACKAGE, VERSION = 'xds-protos', '1.85.0'
OUTPUT = pathlib.Path(__file__).parent.parent / 'src/envoy/proto-json/proto-fields.generated.ts'

STRUCTS = {'google.protobuf.Struct', 'google.protobuf.Value', 'google.protobuf.ListValue'}
ANY = 'google.protobuf.Any'

# Until 1.13 Envoy printed the resources of a dump as messages without "@type"; 1.85.0 describes them as Any.
INLINE = {
    'listener': 'envoy.api.v2.Listener',
    'cluster': 'envoy.api.v2.Cluster',
    'route_config': 'envoy.api.v2.RouteConfiguration',
    'endpoint_config': 'envoy.api.v2.ClusterLoadAssignment',
    'secret': 'envoy.api.v2.auth.Secret',
    'scoped_route_configs': 'envoy.api.v2.ScopedRouteConfiguration',
}

# Istio's own filter configuration that holds a map, for it is in every sidecar and in no descriptor of the package:
# https://github.com/istio/proxy/blob/master/source/extensions/filters/http/istio_stats/config.proto
ISTIO = {
    'stats.PluginConfig': {'metrics': ('message', 'stats.MetricConfig')},
    'stats.MetricConfig': {'dimensions': '*'},
}

DATA, DOUBT = '*', '?'


def load():
    """All message descriptors of the package by full name."""
    installed = importlib.metadata.version(PACKAGE)
    if installed != VERSION:
        sys.exit(f'{PACKAGE} is {installed}, not {VERSION}')
    messages = {}

    def add(message):
        if not message.GetOptions().map_entry:
            messages[message.full_name] = message
            for nested in message.nested_types:
                add(nested)

    for file in importlib.metadata.files(PACKAGE):
        # test/ collides with the standard library's package of that name and holds no API.
        if str(file).endswith('_pb2.py') and file.parts[0] != 'test':
            module = importlib.import_module('.'.join(file.with_suffix('').parts))
            for message in module.DESCRIPTOR.message_types_by_name.values():
                add(message)
    return messages


def holds(field):
    """What a field's value is: DATA, ('map', type), ('message', type), or None for a scalar."""
    message = field.message_type
    if message is None:
        return None
    if message.GetOptions().map_entry:
        value = holds(message.fields_by_name['value'])
        return ('map', value[1]) if isinstance(value, tuple) else DATA
    if message.full_name in STRUCTS:
        return DATA
    if message.full_name.startswith('google.protobuf.') and message.full_name != ANY:
        return None
    if message.full_name == ANY and field.containing_type.full_name.startswith('envoy.admin.'):
        return ('message', INLINE.get(field.name, ANY))
    return ('message', message.full_name)


def schema(descriptors):
    """Fields of each message that a dump can hold: Envoy's own and what they refer to."""
    messages, queue = dict(ISTIO), [n for n in descriptors if n.startswith(('envoy.', 'xds.', 'udpa.'))]
    while queue:
        name = queue.pop()
        if name in messages or name not in descriptors:
            continue
        messages[name] = {field.name: holds(field) for field in descriptors[name].fields}
        queue += [held[1] for held in messages[name].values() if isinstance(held, tuple)]
    for name in STRUCTS:
        messages[name] = {'value': DATA}
    return messages


def relatives(descriptors):
    """The earlier and later versions of each message, nearest first."""
    from udpa.annotations import versioning_pb2

    previous = {}
    for name, message in descriptors.items():
        options = message.GetOptions()
        if options.HasExtension(versioning_pb2.versioning):
            previous[name] = options.Extensions[versioning_pb2.versioning].previous_message_type
    following = collections.defaultdict(list)
    for name, before in sorted(previous.items()):
        following[before].append(name)

    def walk(name, step):
        found, queue = [], list(step(name))
        while queue:
            queue += step(queue[0])
            found.append(queue.pop(0))
        return found

    earlier = lambda name: [previous[name]] if name in previous else []
    later = lambda name: following.get(name, [])
    return {name: (walk(name, earlier), walk(name, later)) for name in descriptors}


def with_relatives(messages, descriptors):
    """A dump mixes versions of a message: a field it lacks is read as its relatives have it."""
    family, merged = relatives(descriptors), {}
    for name, fields in messages.items():
        own = dict(fields)
        earlier, later = family.get(name, ([], []))
        for relative in [*earlier, *later]:
            for field, held in messages.get(relative, {}).items():
                own.setdefault(field, held)
        merged[name] = {field: held for field, held in own.items() if held is not None}
    return merged


def partition(messages):
    """The coarsest states: (state of each message, the ambiguous names, what each name can lead to)."""
    state = dict.fromkeys(messages, 0)
    while True:
        lead = lambda held: DATA if held == DATA else (held[0], state.get(held[1], 0))
        variants = collections.defaultdict(set)
        for fields in messages.values():
            for field, held in fields.items():
                variants[field].add(lead(held))
        ambiguous = {field for field, leads in variants.items() if len(leads) > 1}
        numbers = {(): 0}
        refined = {}
        for name in sorted(messages):
            signature = tuple(sorted((f, lead(h)) for f, h in messages[name].items() if f in ambiguous))
            refined[name] = numbers.setdefault((state[name], signature) if signature else (), len(numbers))
        if refined == state:
            rows = {state[n]: {f: lead(h) for f, h in m.items() if f in ambiguous} for n, m in messages.items()}
            return state, [rows[i] if i else {} for i in range(len(rows))], variants
        state = refined


def default(leads):
    """What a name leads to in a message that does not say: None for an ordinary message."""
    if len(leads) == 1:
        (lead,) = leads
        return None if lead == ('message', 0) else lead
    kinds = {DATA if lead == DATA else lead[0] for lead in leads}
    if kinds == {'message'}:
        return None
    if kinds == {'map'}:
        return ('map', 0)
    return DOUBT if 'message' in kinds else DATA


def old_names(descriptors):
    """Fields and enum values that the API marks as deprecated, has reserved, or had in the version before: what Envoy 1.13 to 1.17
    shows as hidden_envoy_deprecated_… where a resource of that version was upgraded."""
    from google.protobuf import descriptor_pb2
    from udpa.annotations import versioning_pb2

    fields, values = set(), set()
    for name, message in descriptors.items():
        if not name.startswith('envoy.'):
            continue
        proto = descriptor_pb2.DescriptorProto()
        message.CopyToProto(proto)
        fields.update(proto.reserved_name)
        fields.update(field.name for field in message.fields if field.GetOptions().deprecated)
        for enum in message.enum_types:
            values.update(value.name for value in enum.values if value.GetOptions().deprecated)
        options = message.GetOptions()
        if options.HasExtension(versioning_pb2.versioning):
            before = descriptors.get(options.Extensions[versioning_pb2.versioning].previous_message_type)
            own = {field.name for field in message.fields}
            fields.update(field.name for field in (before.fields if before else []) if field.name not in own)
    return fields | values


def base36(number):
    digits = ''
    while True:
        number, digit = divmod(number, 36)
        digits = '0123456789abcdefghijklmnopqrstuvwxyz'[digit] + digits
        if not number:
            return digits


def spell(lead):
    return lead if isinstance(lead, str) else ('{' if lead[0] == 'map' else '') + base36(lead[1])


def irregular(messages, descriptors):
    """Fields whose JSON name does not convert back and forth by the plain rule: name -> JSON name."""
    camel = lambda name: re.sub('_([a-z])', lambda m: m[1].upper(), name)
    snake = lambda name: re.sub('[A-Z]', lambda m: '_' + m[0].lower(), name)
    found, every = {}, {}
    for message in messages:
        for field in descriptors[message].fields if message in descriptors else []:
            every.setdefault(field.json_name, set()).add(field.name)
            if camel(field.name) != field.json_name or snake(field.json_name) != field.name:
                found[field.name] = field.json_name
    clashes = {json_name: names for json_name, names in every.items() if len(names) > 1}
    if clashes:
        sys.exit(f'one JSON name, several fields: {clashes}')
    return found


def front_coded(names):
    """Sorted names, each as the count of characters shared with the one before (base 36, two digits) and the rest."""
    before, parts = '', []
    for name in names:
        shared = 0
        while shared < min(len(before), len(name)) and before[shared] == name[shared]:
            shared += 1
        parts.append(base36(shared).rjust(2, '0') + name[shared:])
        before = name
    return parts


def render(descriptors):
    messages = with_relatives(schema(descriptors), descriptors)
    state, rows, variants = partition(messages)
    defaults = {name: default(leads) for name, leads in sorted(variants.items())}
    pairs = lambda row: ' '.join(f'{name}:{spell(lead)}' for name, lead in sorted(row.items()))
    stated = sorted(name for name in messages if state[name])
    types = ' '.join(f'{part}:{base36(state[name])}' for part, name in zip(front_coded(stated), stated))
    exports = {
        'fields': pairs({name: lead for name, lead in defaults.items() if lead is not None}),
        'states': '\\n'.join(pairs(row) for row in rows),
        'types': types,
        'irregular': ' '.join(f'{a}:{b}' for a, b in sorted(irregular(messages, descriptors).items())),
        'old': ' '.join(sorted(old_names(descriptors))),
    }
    comments = {
        'fields': 'What a field name leads to wherever the message does not say otherwise.',
        'states': 'One line per state: the names that lead elsewhere in these messages.',
        'types': 'Full message names, front-coded: characters shared with the one before (two base-36 digits), rest, state.',
        'irregular': 'Field names whose JSON name does not convert back and forth by the plain rule.',
        'old': 'Fields and enum values that the API has deprecated or dropped.',
    }
    lines = [
        f'// Written by scripts/proto-fields.py from {PACKAGE} {VERSION} ({len(messages)} messages). Do not edit.',
        '// `*` data all the way down, `{N` a map of messages in state N, `N` a message in state N (base 36),',
        '// `?` either, depending on the message.',
    ]
    for name, text in exports.items():
        lines += ['', f'/** {comments[name]} */', f"export const {name} =\n  '{text}'"]
    return '\n'.join(lines) + '\n'


def main():
    text = render(load())
    if '--check' in sys.argv[1:]:
        if not OUTPUT.exists() or OUTPUT.read_text() != text:
            sys.exit(f'{OUTPUT.name} is not what {PACKAGE} {VERSION} gives: run scripts/proto-fields.py')
    else:
        OUTPUT.write_text(text)


if __name__ == '__main__':
    main()
