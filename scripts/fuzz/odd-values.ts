import type { Json } from '../../src/envoy/json.ts'
import type { Random } from './random.ts'

/** Texts that act on terminals, shells and parsers, or stand at the edge of what a field may hold. */
export const oddTexts: readonly string[] = [
  '',
  ' ',
  '\u001b[31mred\u001b]0;title\u0007',
  'a\nerror: forged\n',
  'a\rb\tc\u0000d',
  '\u202ereversed\u2066x\u200b\ufeff',
  '\u009b31m\u0085\u2028\u2029',
  '\ud800',
  '\u{e0041}\u{1f600}é漢',
  '$(touch /tmp/x)`id`"\'\\',
  '__proto__',
  'constructor',
  'toString',
  '[object Object]'.slice(1, 7),
  '-----BEGIN CERTIFICATE-----',
  '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
  '0001-01-01T00:00:00Z',
  '+275760-09-13T00:00:00Z',
  '2026-02-30T25:61:61Z',
  '-0s',
  '1e400s',
  '9223372036854775808',
  '-1',
  'NaN',
  '0x10',
  '::ffff:1.2.3.4',
  '999.1.1.1',
  'fe80::1%eth0',
  '(a+)+$',
  '[',
  '\\',
  '%',
  '%REQ(:path)%',
  '*.*.*',
  'outbound|||',
  'outbound|99999999|v1|x.y.svc.cluster.local',
  'spiffe://',
  'type.googleapis.com/',
  'type.googleapis.com/envoy.config.cluster.v3.Cluster',
  '=cmd|x!A1',
  '- a',
  '{a: b',
  'null',
  '~',
]

const oddNumbers: readonly number[] = [
  0,
  -0,
  1,
  -1,
  0.5,
  99,
  65_535,
  65_536,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  -(2 ** 63),
  1e308,
  1e-308,
  5e-324,
]

/** A value that a field should not have. */
export function oddValue(random: Random): Json {
  const kind = random.below(12)
  if (kind < 4) return random.pick(oddTexts)
  if (kind < 6) return random.pick(oddNumbers)
  if (kind === 6) return random.pick([null, true, false])
  if (kind === 7) return random.pick([[], {}, [[]], [{}], { '': '' }, [null], [[], {}, null]])
  if (kind === 8) return 'x'.repeat(random.pick([255, 65_536, 300_000]))
  if (kind === 9) return nested(random)
  if (kind === 10) return Array.from({ length: random.pick([3, 1000, 20_000]) }, () => random.pick(oddTexts))
  return Object.fromEntries(Array.from({ length: random.pick([3, 500]) }, (_, at) => [`k${at}`, random.below(9)]))
}

/** Lists and objects in one another, below the limit of the program and above. */
function nested(random: Random): Json {
  let value: Json = 1
  const key = random.pick(['a', 'and_rules', 'not_match', 'rules', 'matcher', 'on_no_match', 'fields', '@type'])
  for (let level = random.pick([20, 200, 440, 520, 5000]); level > 0; level--)
    value = level % 2 === 0 ? [value] : { [key]: value }
  return value
}
