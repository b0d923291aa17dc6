import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startFakeAdmin } from '../commands/fake-admin.ts'
import { runProgram } from '../run-program.ts'

// What stands inside other resources of a dump that has no section of its own for it.

const chainWith = (config: object) => ({
  filters: [
    {
      name: 'http',
      typed_config: {
        '@type':
          'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
        ...config,
      },
    },
  ],
})
const hosts = (name: string) => ({
  name,
  virtual_hosts: [{ name: 'v', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: name } }] }],
})
const listenersOf = (...chains: object[]) => ({
  '@type': 'type.googleapis.com/envoy.admin.v3.ListenersConfigDump',
  static_listeners: [
    {
      listener: { name: 'l', filter_chains: chains, default_filter_chain: chainWith({ route_config: hosts('last') }) },
    },
  ],
})
const run = (command: string, ...configs: object[]) =>
  runProgram([command, '--file', '-'], { stdin: JSON.stringify({ configs }) })

test('routes inside listeners are routes, in filter chains and in the default one; those asked for by name are said to be missing', async () => {
  const { code, out, err } = await run(
    'routes',
    listenersOf(chainWith({ route_config: hosts('first') }), chainWith({ rds: { route_config_name: '8080' } })),
  )
  assert.equal(code, 0, err)
  assert.deepEqual(
    out
      .split('\n')
      .slice(1, 3)
      .map((line) => line.split(/ +/)[0]),
    ['first', 'last'],
  )
  assert.equal(err, 'not in this file are route configurations that listeners ask for by name: 8080\n')
})

test('listeners that only ask for routes by name say nothing of them, with a bootstrap beside them as well', async () => {
  const asking = {
    '@type': 'type.googleapis.com/envoy.admin.v3.ListenersConfigDump',
    static_listeners: [{ listener: { name: 'l', filter_chains: [chainWith({ rds: { route_config_name: '8080' } })] } }],
  }
  const bootstrap = { '@type': 'type.googleapis.com/envoy.admin.v3.BootstrapConfigDump', bootstrap: {} }
  for (const configs of [[asking], [asking, bootstrap]]) {
    const { code, out, err } = await run('routes', ...configs)
    assert.deepEqual([code, out], [1, ''], err)
    assert.match(err, /has no RoutesConfigDump section/)
  }
})

test('inline routes that are equal are told apart by their listeners', async () => {
  const listeners = ['one', 'two'].map((name) => ({
    listener: { name, filter_chains: [chainWith({ route_config: { ...hosts('c'), name: '' } })] },
  }))
  const section = { '@type': 'type.googleapis.com/envoy.admin.v3.ListenersConfigDump', static_listeners: listeners }
  const { out } = await run('routes', section)
  assert.deepEqual(out.trimEnd().split('\n'), [
    'LISTENER   VHOST NAME   DOMAINS   MATCH   DESTINATION',
    'one        v            *         /*      c',
    'two        v            *         /*      c',
  ])
})

test('-o wide: what a whole dump lists of inline routes names the listeners that have the same, by address where they have no name', async () => {
  const listener = (name: string | undefined, port: number, cluster: string) => ({
    listener: {
      ...(name === undefined ? {} : { name }),
      address: { socket_address: { address: '0.0.0.0', port_value: port } },
      filter_chains: [chainWith({ route_config: hosts(cluster) })],
    },
  })
  const listeners = {
    '@type': 'type.googleapis.com/envoy.admin.v3.ListenersConfigDump',
    static_listeners: [listener('one', 1, 'a'), listener('two', 2, 'a'), listener(undefined, 3, 'b')],
  }
  const type = 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration'
  const routes = {
    '@type': 'type.googleapis.com/envoy.admin.v3.RoutesConfigDump',
    static_route_configs: ['a', 'b', 'c'].map((name) => ({ route_config: { '@type': type, ...hosts(name) } })),
    dynamic_route_configs: [{ route_config: { '@type': type, ...hosts('d') } }],
  }
  const configs = [listeners, routes]
  const listenersIn = async (configs: object[], ...argv: string[]) => {
    const { out } = await runProgram(['routes', '--file', '-', ...argv], { stdin: JSON.stringify({ configs }) })
    const [head = '', ...lines] = out.trimEnd().split('\n')
    const at = head.split(/ {2,}/).indexOf('LISTENER')
    return lines.map((line) => line.split(/ {2,}/)[at])
  }
  assert.deepEqual(await listenersIn(configs, '-o', 'wide'), ['one, two', '0.0.0.0:3', '<none>', '<none>'])
  assert.deepEqual(await listenersIn([routes], '-o', 'wide'), Array(4).fill('<none>'))
  assert.deepEqual(await listenersIn(configs), Array(4).fill(undefined), 'a column of wide alone')
  const admin = await startFakeAdmin(() => JSON.stringify({ configs }))
  try {
    for (const argv of [[], ['--name', 'a']]) await runProgram(['routes', '--url', admin.url, '-o', 'wide', ...argv])
    assert.deepEqual(
      admin.requests.map((request) => /mask=([^ &]*)$/.exec(request)?.[1]?.split(',').length),
      [4, 4],
    )
  } finally {
    await admin.close()
  }
})

test('listeners that only ask for routes by name say nothing of them: such a file is refused', async () => {
  const { '@type': type, static_listeners } = listenersOf()
  const listeners = static_listeners.map(() => ({
    listener: { name: 'l', filter_chains: [chainWith({ rds: { route_config_name: '8080' } })] },
  }))
  const { code, err } = await run('routes', { '@type': type, static_listeners: listeners })
  assert.equal(code, 1)
  assert.match(err, /has no RoutesConfigDump section/)
})

test('endpoints of static and DNS clusters are shown without EDS, and what asks for EDS is counted', async () => {
  const assignment = (address: string) => ({
    cluster_name: 'n',
    endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address, port_value: 80 } } } }] }],
  })
  const clusters = {
    '@type': 'type.googleapis.com/envoy.admin.v3.ClustersConfigDump',
    static_clusters: [
      { cluster: { name: 'fixed', type: 'STATIC', load_assignment: assignment('10.0.0.1') } },
      { cluster: { name: 'dns', type: 'STRICT_DNS', load_assignment: assignment('a.test') } },
      { cluster: { name: 'eds', type: 'EDS' } },
    ],
  }
  for (const command of ['endpoints', 'eds']) {
    const { code, out, err } = await run(command, clusters)
    assert.equal(code, 0, err)
    assert.match(out, /10\.0\.0\.1:80/)
    assert.match(out, /a\.test:80/)
    assert.match(err, /made without endpoints: 1 cluster that asks for them \(EDS\) has none here/)
  }
  const none = await run('endpoints', { ...clusters, static_clusters: [] })
  assert.deepEqual([none.code, none.out], [0, ''])
  assert.match(none.err, /No endpoints found/)
})
