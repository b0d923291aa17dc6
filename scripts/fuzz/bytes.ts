import { gzipSync } from 'node:zlib'
import type { Random } from './random.ts'

/** The bytes with a few random faults: flipped, cut, doubled, in another encoding, between lines of a log. */
export function damageBytes(bytes: Buffer, random: Random, other: Buffer): Buffer {
  let damaged = bytes
  for (let times = 1 + random.below(3); times > 0; times--) damaged = random.pick(faults)(damaged, random, other)
  return damaged
}

type Fault = (bytes: Buffer, random: Random, other: Buffer) => Buffer

const faults: readonly Fault[] = [
  (bytes, random) => flipped(bytes, random),
  (bytes, random) => flipped(bytes, random),
  (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  (bytes, random) => bytes.subarray(random.below(bytes.length + 1)),
  (bytes, random) => without(bytes, random),
  (bytes, random) => inserted(bytes, random, bytes.subarray(...span(bytes, random))),
  (bytes, random, other) => inserted(bytes, random, other.subarray(...span(other, random))),
  (bytes, random) => inserted(bytes, random, Buffer.from(random.pick(pieces))),
  (bytes, random) => inserted(bytes, random, Buffer.from(random.pick(pieces).repeat(random.pick([10, 1000, 20_000])))),
  (bytes, _random, other) => Buffer.concat([bytes, Buffer.from('\n'), other]),
  (bytes) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(bytes.toString(), 'utf16le')]),
  (bytes) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]),
  (bytes) => Buffer.from(bytes.toString().replaceAll(/^/gm, '[pod/a-b/istio-proxy] ')),
  (bytes) => Buffer.from(`[2026-01-01] starting {x\n${bytes.toString('latin1')}\n$ exit\n`, 'latin1'),
  (bytes) => gzipSync(bytes),
  (bytes, random) => gzipSync(bytes).subarray(0, random.below(bytes.length)),
  (bytes, random) => flipped(gzipSync(bytes), random),
]

/** What parsers trip over. */
const pieces: readonly string[] = [
  ...[
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    ',',
    ':',
    '\u0000',
    '\n',
    '{"a":',
    '[[',
    '\\u0000',
    '\\ud800',
    '1e999',
    '-',
    'tru',
  ],
  ...[
    '&a ',
    '*a ',
    '!!binary ',
    '--- ',
    '? ',
    '- ',
    '| ',
    '> ',
    '%YAML 9\n',
    '\t',
    '# ',
    '<<: *a\n',
    '"\\"',
    '/*',
    '//',
  ],
  ...['{"configs":[', '"@type":"x"', ',,', '{}', '[]', '\u001b[2J', '\u202e', '-----BEGIN CERTIFICATE-----'],
]

function span(bytes: Buffer, random: Random): [number, number] {
  const start = random.below(bytes.length + 1)
  return [start, start + random.below(Math.min(5000, bytes.length - start) + 1)]
}

function flipped(bytes: Buffer, random: Random): Buffer {
  const copy = Buffer.from(bytes)
  for (let times = 1 + random.below(8); times > 0 && copy.length > 0; times--)
    copy[random.below(copy.length)] = random.below(256)
  return copy
}

function without(bytes: Buffer, random: Random): Buffer {
  const [start, end] = span(bytes, random)
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)])
}

function inserted(bytes: Buffer, random: Random, piece: Buffer): Buffer {
  const at = random.below(bytes.length + 1)
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)])
}
