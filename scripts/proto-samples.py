#!/usr/bin/env python3
"""Writes test/envoy/protobuf/samples.json: messages in protobuf, and the JSON that protobuf's own library makes of them.

    python3 -m venv ~/.cache/proto-fields && ~/.cache/proto-fields/bin/pip install xds-protos==1.85.0 protobuf==7.36.2 \\
      && ~/.cache/proto-fields/bin/python scripts/proto-samples.py

`dumps` are captured ones (test/fixtures), gzipped. `messages` are small ones, each with something that JSON has a rule for.
"""

import base64
import gzip
import json
import pathlib
import runpy

from google.protobuf import any_pb2, json_format

runpy.run_path(str(pathlib.Path(__file__).with_name('proto-fields.py')))['load']()

from envoy.admin.v3 import config_dump_pb2  # noqa: E402
from google.protobuf import descriptor_pool, message_factory  # noqa: E402

TESTS = pathlib.Path(__file__).parent.parent / 'test'
URL = 'type.googleapis.com/'

CLUSTER = 'envoy.config.cluster.v3.Cluster'
MESSAGES = {
    'durations, wrappers, enums, integers of 64 bits': (
        CLUSTER,
        {
            'name': 'a',
            'type': 'EDS',
            'connectTimeout': '-1.5s',
            'perConnectionBufferLimitBytes': 32768,
            'commonLbConfig': {'healthyPanicThreshold': {'value': 33.25}, 'ignoreNewHostsUntilFirstHc': True},
            'maglevLbConfig': {'tableSize': '65537'},
        },
    ),
    'a float': (
        'envoy.extensions.http.cache.file_system_http_cache.v3.FileSystemHttpCacheConfig',
        {'cachePath': '/x', 'evictFraction': 0.1},
    ),
    'a map by number': (
        'envoy.extensions.filters.network.dubbo_proxy.v3.MethodMatch',
        {'paramsMatch': {'0': {'exactMatch': 'x'}, '7': {'rangeMatch': {'start': '-9223372036854775808', 'end': '3'}}}},
    ),
    'maps, structs, a list in a struct, null': (
        'envoy.config.core.v3.Metadata',
        {'filterMetadata': {'istio': {'a_b': [1, 'x', None, True, {'c_d': 1e300}]}, 'empty': {}}},
    ),
    'bytes': ('envoy.config.core.v3.DataSource', {'inlineBytes': base64.b64encode(bytes(range(256))).decode()}),
    'a struct with a type of its own': (
        'udpa.type.v1.TypedStruct',
        {'typeUrl': URL + 'io.istio.http.peer_metadata.Config', 'value': {'shared_with_upstream': True}},
    ),
    'an Any in an Any in an Any, well-known types among them': (
        'envoy.config.listener.v3.Filter',
        {
            'name': 'f',
            'typedConfig': {
                '@type': URL + 'envoy.config.core.v3.TypedExtensionConfig',
                'name': 'outer',
                'typedConfig': {'@type': URL + 'google.protobuf.Duration', 'value': '3s'},
            },
        },
    ),
    'a time': (
        'envoy.admin.v3.UpdateFailureState',
        {'details': 'no', 'lastUpdateAttempt': '2026-01-02T03:04:05.600Z', 'versionInfo': '7'},
    ),
    'a field that is set to its default': (
        'envoy.config.route.v3.RouteAction',
        {'cluster': '', 'timeout': '0s', 'hashPolicy': [{'terminal': True}]},
    ),
    'nothing': (CLUSTER, {}),
}


def sample(of, value):
    message = message_factory.GetMessageClass(descriptor_pool.Default().FindMessageTypeByName(of))()
    json_format.ParseDict(value, message)
    packed = any_pb2.Any()
    packed.Pack(message)
    return {
        'typeUrl': packed.type_url,
        'bytes': base64.b64encode(packed.value).decode(),
        'json': json_format.MessageToDict(packed),
    }


def dump(name):
    document = json.loads((TESTS / f'fixtures/{name}/config_dump.json').read_text())
    content = json_format.ParseDict(document, config_dump_pb2.ConfigDump()).SerializeToString(deterministic=True)
    return base64.b64encode(gzip.compress(content, mtime=0)).decode()


def main():
    samples = {
        'messages': {name: sample(*rest) for name, rest in MESSAGES.items()},
        'dumps': {name: dump(name) for name in ('sidecar', 'authz')},
    }
    (TESTS / 'envoy/protobuf/samples.json').write_text(json.dumps(samples, indent=1) + '\n')


if __name__ == '__main__':
    main()
