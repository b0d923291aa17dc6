import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runProgram } from '../../run-program.ts'

const saveDump = 'Save a dump with: kubectl proxy-config all POD -o raw > dump.json'

/** A file that is no dump of Envoy, what the program says it is, and the hint. */
const refused: readonly (readonly [string, RegExp, string])[] = [
  ['', /standard input is empty/, saveDump],
  [
    '{"con',
    /cut short at line 1, column 6, and nothing before that is whole/,
    'The rest is missing: fetch or save it again.',
  ],
  ['{"a": tru}', /broken JSON at line 1/, saveDump],
  ['{}', /an empty JSON object/, saveDump],
  ['[]', /an empty list/, saveDump],
  ['null', /null/, saveDump],
  ['17', /17/, saveDump],
  ['"text"', /text/, saveDump],
  ['true', /true/, saveDump],
  ['{"a": 1, "b": 2}', /the keys a, b/, saveDump],
  ['[{"a": 1}, {"b": 2}]', /a list of 2 items/, saveDump],
  ['{"version": "1", "state": "LIVE", "command_line_options": {}}', /\/server_info/, saveDump],
  ['{"version": "1", "state": "LIVE", "hot_restart_version": "1"}', /\/server_info/, saveDump],
  ['{"certificates": []}', /\/certs/, saveDump],
  ['{"unready_targets_dumps": []}', /\/init_dump/, saveDump],
  ['{"listener_statuses": []}', /\/listeners\?format=json/, saveDump],
  ['{"stats": []}', /\/stats\?format=json/, saveDump],
  ['{"allocated": "1", "heap_size": "2"}', /\/memory/, saveDump],
  ['{"layers": [], "entries": {}}', /\/runtime/, saveDump],
  ['{"apiVersion": "v1", "kind": "Pod"}', /a Kubernetes object/, saveDump],
  ['<!doctype html><p>', /an HTML page/, saveDump],
  ['active loggers:\n  admin: info\n', /\/logging/, saveDump],
  ['http::0.0.0.0:80\n', /text output of \/listeners/, saveDump],
  ['server.live: 1\n', /text output of \/stats/, saveDump],
  ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', /a PEM file/, saveDump],
  ['a: b: c: [', /not JSON and not YAML/, saveDump],
  [
    'local::10.0.0.1:80::cx_active::0\n',
    /text output of \/clusters/,
    'Save /clusters?format=json instead, and try: endpoints --file FILE',
  ],
  // Istio's own files: the hint leads to the command that reads them.
  ['[{"proxy": "a.b", "istio_version": "1.30"}]', /istiod's \/debug\/syncz/, 'Try: kubectl proxy-status'],
  ['[{"proxy": "a.b", "cluster_sent": "x"}]', /istiod's \/debug\/syncz/, 'Try: kubectl proxy-status'],
  ['{"totalClients": 3}', /istiod's \/debug\/connections/, 'Try: kubectl proxy-status'],
  ['{"workloads": [], "services": []}', /a ztunnel dump/, 'Try: kubectl proxy-config ztunnel workloads --file FILE'],
]

for (const [text, what, hint] of refused) {
  test(`a file that is no dump gets a hint that fits it: ${what.source} (${text.slice(0, 30).replaceAll('\n', ' ')})`, async () => {
    const { code, out, err } = await runProgram(['clusters', '--file', '-'], { stdin: text })
    assert.equal(code, 1)
    assert.equal(out, '')
    assert.match(err, what)
    assert.ok(err.includes(hint), err)
    // No program of one control plane for files that may come from another.
    assert.doesNotMatch(err, /pilot-agent|istio-proxy|istioctl|egctl|kumactl/)
  })
}
