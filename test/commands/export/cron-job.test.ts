import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { loadAll } from 'js-yaml'
import { istiodPod, meshPod, startMesh } from '../fake-mesh.ts'

/** The manifest of docs/at-scale.md: what it lets its ServiceAccount do, and what it runs. */
interface ApiObject {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly rules?: readonly {
    readonly apiGroups: readonly string[]
    readonly resources: readonly string[]
    readonly verbs: readonly string[]
  }[]
  readonly roleRef?: { readonly kind: string; readonly name: string }
  readonly subjects?: readonly { readonly kind: string; readonly name: string; readonly namespace: string }[]
  readonly spec?: { readonly jobTemplate: { readonly spec: { readonly template: { readonly spec: PodSpec } } } }
}

interface PodSpec {
  readonly serviceAccountName: string
  readonly containers: readonly {
    readonly args: readonly string[]
    readonly env: readonly { readonly name: string }[]
    readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[]
  }[]
  readonly volumes: readonly { readonly name: string }[]
}

const text = readFileSync(new URL('../../../docs/at-scale.md', import.meta.url), 'utf8')
const objects = loadAll(
  /```yaml\n(apiVersion: v1\nkind: ServiceAccount[\s\S]*?)```/.exec(text)?.[1] ?? '',
) as ApiObject[]
const named = (kind: string) => objects.find((each) => each.kind === kind)
const folder = mkdtempSync(join(tmpdir(), 'cron-job-'))
after(() => rmSync(folder, { recursive: true }))

/** What a request asks leave for: `list pods`, `create pods/portforward`. */
function permissionOf(request: string): { group: string; resource: string; verbs: readonly string[] } | undefined {
  const [method = '', url = ''] = request.split(' ')
  const path = new URL(url, 'http://server').pathname
  const found =
    /^\/(?:api\/v1|apis\/([^/]+)\/[^/]+)\/(?:namespaces\/[^/]+\/)?([a-z]+)(?:\/([^/]+)(?:\/([a-z]+))?)?$/.exec(path)
  if (found === null) return undefined
  const [, group = '', kind = '', name, part] = found
  const resource = part === undefined ? kind : `${kind}/${part}`
  // A port-forward over WebSockets is a GET, which needs `create` since Kubernetes 1.35.
  if (method === 'UPGRADE') return { group, resource, verbs: ['get', 'create'] }
  return { group, resource, verbs: [name === undefined ? 'list' : 'get'] }
}

/** Whether the ClusterRole of the manifest covers a request; what is no resource, such as /version, everyone may ask. */
function isAllowed(request: string): boolean {
  const asked = permissionOf(request)
  if (asked === undefined) return true
  return asked.verbs.every((verb) =>
    named('ClusterRole')?.rules?.some(
      ({ apiGroups, resources, verbs }) =>
        apiGroups.includes(asked.group) && resources.includes(asked.resource) && verbs.includes(verb),
    ),
  )
}

test('the objects of the CronJob name each other', () => {
  assert.deepEqual(
    objects.map(({ kind }) => kind),
    ['ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'CronJob'],
  )
  const account = named('ServiceAccount')?.metadata
  const binding = named('ClusterRoleBinding')
  const pod = named('CronJob')?.spec?.jobTemplate.spec.template.spec
  assert.equal(binding?.roleRef?.name, named('ClusterRole')?.metadata.name)
  assert.deepEqual(binding?.subjects, [{ kind: 'ServiceAccount', ...account }])
  assert.equal(pod?.serviceAccountName, account?.name)
  assert.equal(named('CronJob')?.metadata.namespace, account?.namespace)
  const [container] = pod?.containers ?? []
  const volumes = new Set(pod?.volumes.map(({ name }) => name))
  assert.ok(container?.volumeMounts.every(({ name }) => volumes.has(name)))
  // What the script reads is in its environment.
  const read = [...(container?.args[0] ?? '').matchAll(/\$([A-Z]+)/g)].map(([, name]) => name)
  assert.ok(read.length > 0)
  for (const name of read)
    assert.ok(
      container?.env.some((each) => each.name === name),
      name,
    )
})

test('export as the CronJob runs it asks for nothing that its rules do not allow', async () => {
  const page = (name: string) => readFileSync(new URL(`../../fixtures/sidecar/${name}.json`, import.meta.url), 'utf8')
  const syncz = JSON.stringify([{ proxy: 'web-1.shop', proxy_status: {}, cluster_id: 'Kubernetes' }])
  const mesh = await startMesh({
    pods: [istiodPod('istiod-a'), meshPod('web-1', 'shop'), meshPod('web-2', 'shop')],
    answer(pod, port, path) {
      if (pod === 'istiod-a') return port === 15014 && path === 'debug/syncz' ? syncz : undefined
      const [name = ''] = path.split('?')
      return ['config_dump', 'clusters', 'certs', 'server_info'].includes(name) ? page(name) : undefined
    },
  })
  try {
    const script = named('CronJob')?.spec?.jobTemplate.spec.template.spec.containers[0]?.args[0] ?? ''
    const words = /kubectl-proxy_config (export .*)/.exec(script)?.[1]?.split(' ') ?? []
    const dir = join(folder, 'mesh')
    const argv = words.map((word) => (word === '/work/mesh' ? dir : word === '"$CLUSTER"' ? 'east' : word))
    assert.deepEqual(argv, ['export', '-A', '--dir', dir, '--cluster-name', 'east'])
    const exported = await mesh.run(...argv, '-o', 'json')
    assert.equal(exported.code, 0, exported.err)
    const rows = new Map(JSON.parse(exported.out).map(({ kind, rows }: { kind: string; rows: number }) => [kind, rows]))
    assert.equal(rows.get('proxies'), 2)
    assert.ok(rows.has('status'), exported.err)
    const asked = [...mesh.api.requests]
    assert.ok(asked.some((request) => request.startsWith('UPGRADE ')))
    assert.deepEqual(
      asked.filter((request) => !isAllowed(request)),
      [],
    )
    // The rules are not wider than what they are checked for.
    assert.equal(isAllowed('GET /api/v1/namespaces/shop/secrets'), false)
    assert.equal(isAllowed('UPGRADE /api/v1/namespaces/shop/pods/web-1/exec?command=x'), false)
    assert.equal(isAllowed('GET /apis/apps/v1/namespaces/shop/deployments/web'), false)
  } finally {
    await mesh.close()
  }
})
