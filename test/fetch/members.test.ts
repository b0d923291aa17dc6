import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../src/errors.ts'
import { archivePages, memberProxy } from '../../src/fetch/saved/archive-proxy.ts'
import { dumpsAmong, isJson, isWithin, mainPages, pagesBeside } from '../../src/fetch/saved/choose-member.ts'
import type { Member } from '../../src/fetch/saved/read-archive.ts'
import { allOf } from '../../src/mesh/proxies/pages.ts'

const member = (name: string, text = '{}'): Member => ({ name, bytes: Buffer.from(text) })
const names = (members: readonly Member[]) => members.map(({ name }) => name).join(' ')
const hosts = '{"cluster_statuses":[]}'

test('which files are dumps: by what they are called, else by what they hold, in the order of their names', () => {
  const called = ['b/config_dump.json', 'a/config-dump', 'c/CONFIGDUMP.yaml', 'a/config_dump?include_eds'].map((name) =>
    member(name),
  )
  assert.equal(
    names(dumpsAmong([...called, member('b/sent-by-istiod.json', '{"configs":[]}')])),
    'a/config-dump a/config_dump?include_eds b/config_dump.json c/CONFIGDUMP.yaml',
    'of a folder with such a name that one alone',
  )
  assert.equal(
    names(
      dumpsAmong([
        member('a/config_dump'),
        member('b/web.json', '\n{ "configs": []}'),
        member('b/shop.yaml', 'configs:\n- a'),
        member('d/debug', '{"a":{"configs":[]}}'),
      ]),
    ),
    'a/config_dump b/shop.yaml b/web.json',
    'other folders have dumps under any name',
  )
  const held = [
    member('5', '{"configs":[]}'),
    member('4', 'configs:\n- a'),
    member('3', '{"@type":"x.ListenersConfigDump"}'),
    member('2', `${' '.repeat(4085)}"configs"`),
    member('1', `${' '.repeat(4090)}"configs"`),
    member('0', ' configs: no'),
  ]
  assert.equal(names(dumpsAmong(held)), '2 3 4 5')
  const scripts = [
    member('get.sh', '#!/bin/sh\ncurl localhost:15000/config_dump | jq \'."configs"\'\n'),
    member('read.py', 'dump = json.load(file)\nfor config in dump["configs"]:  # ConfigDump\n'),
    member('notes.md', '# Dumps\n{"configs": []} is what Envoy calls ConfigDump\n'),
    member('dump.yaml', '---\nconfigs:\n- a'),
    member('part.yaml', "'@type': type.googleapis.com/envoy.admin.v3.ListenersConfigDump\n"),
    member('list.yaml', '- "@type": type.googleapis.com/envoy.admin.v3.ListenersConfigDump\n'),
    member('marked.json', '\ufeff{"configs":[]}'),
  ]
  assert.equal(names(dumpsAmong(scripts)), 'dump.yaml list.yaml marked.json part.yaml', 'scripts and texts are none')
  assert.equal(names(dumpsAmong([member('config_dump/other')])), '', 'a folder of that name makes no dump')
})

test('the page that a question is about, and other pages of that proxy', () => {
  const web = [member('web/config_dump'), member('web/certs.json'), member('web/CERTS'), member('web/clusters', 'text')]
  const api = [member('api/certs')]
  assert.equal(names(mainPages(web, 'config_dump')), 'web/config_dump')
  assert.equal(names(mainPages([member('h', hosts), member('g', hosts), member('i')], 'config_dump')), 'g h')
  assert.equal(names(mainPages([...web, ...api], 'certs')), 'web/CERTS web/certs.json')
  assert.equal(names(mainPages(api, 'certs')), 'api/certs', 'without a dump, wherever it lies')
  assert.equal(names(mainPages(web, 'clusters')), 'web/config_dump', 'hosts as text tell less than the dump')
  assert.equal(names(mainPages([...web, member('web/clusters.json', hosts)], 'clusters')), 'web/clusters.json')
  assert.equal(names(mainPages(web, 'memory')), '')
  const [dump] = web
  assert.equal(names(pagesBeside([...web, ...api], dump, 'certs')), 'web/CERTS web/certs.json')
  assert.equal(
    names(pagesBeside([...web, member('web/config_dump2')], dump, 'certs')),
    '',
    'a folder with a second dump',
  )
  assert.equal(names(pagesBeside([...web, member('api/config_dump')], dump, 'certs')), 'web/CERTS web/certs.json')
})

test('what lies within a path, what begins like JSON', () => {
  for (const [name, folder, expected] of [
    ['a/b', '', true],
    ['a/b', 'a', true],
    ['a/b', 'a/', true],
    ['a/b', 'a/b', true],
    ['ab/c', 'a', false],
    ['b/a/c', 'a', false],
    ['a', 'a/b', false],
  ] as const)
    assert.equal(isWithin(name, folder), expected, `${name} in ${folder}`)
  for (const [text, expected] of [
    ['{', true],
    [' \n[', true],
    ['a {', false],
    ['', false],
  ] as const)
    assert.equal(isJson(member('x', text)), expected, text)
})

interface Asked {
  readonly members: readonly Member[]
  readonly within?: string
  readonly isFile?: boolean
  readonly about?: string
}

/** The contents of pages, one after the other, `absent`, or how it fails; and what is said beside it. */
async function read(
  { members, within, isFile = true, about = 'config_dump' }: Asked,
  ...paths: readonly string[]
): Promise<string> {
  const notes: string[] = []
  const note = (line: string) => notes.push(line)
  const pages = archivePages({ members, label: 'F', within, isFile, about, note: (line) => void note(line) })
  const said: string[] = []
  for (const path of paths) {
    const text = await pages.page(path).then(
      (page) => (page === 'absent' ? page : Buffer.from(allOf(page)).toString()),
      (error: unknown) => {
        assert.ok(error instanceof AppError)
        return `${error.message} ${error.hint}`
      },
    )
    said.push(text)
  }
  return [...said, ...notes].join(' | ')
}

const dumps = (count: number) => Array.from({ length: count }, (_, at) => member(`${at}/config_dump`, `D${at}`))

test('the pages of an archive: the first dump, and how many more there are', async () => {
  const reading = 'Reading 0/config_dump from F.'
  assert.equal(await read({ members: dumps(1) }, 'config_dump', 'config_dump?x'), `D0 | D0 | ${reading}`)
  const one = 'F holds 1 more: 1/config_dump. Read one with --file F/NAME.'
  assert.equal(await read({ members: dumps(2) }, 'config_dump'), `D0 | ${reading} | ${one}`)
  assert.equal(
    await read({ members: dumps(2), isFile: false }, 'config_dump'),
    `D0 | ${reading} | F holds 1 more: 1/config_dump. Unpack it to read one of them.`,
  )
  const listed = [1, 2, 3, 4, 5].map((at) => `${at}/config_dump`).join(', ')
  for (const [count, end] of [
    [6, '.'],
    [7, ', ….'],
  ] as const)
    assert.equal(
      await read({ members: dumps(count) }, 'config_dump'),
      `D0 | ${reading} | F holds ${count - 1} more: ${listed}${end} Read one with --file F/NAME.`,
    )
  const beside = [...dumps(1), member('0/certs', '{"c":1}'), member('0/certs.txt', 'text'), member('0/certs2', '{}')]
  assert.equal(await read({ members: beside }, 'certs'), '{"c":1} | Reading 0/certs from F.')
  assert.equal(await read({ members: [...dumps(1), member('0/certs.txt', 'text')] }, 'certs'), 'absent')
  assert.equal(
    await read({ members: beside, about: 'certs' }, 'certs'),
    '{"c":1} | Reading 0/certs from F. | F holds 2 more: 0/certs.txt, 0/certs2. Read one with --file F/NAME.',
  )
})

test('a path within an archive: a folder, a file, neither', async () => {
  const members = [...dumps(2), member('1/certs', '{"c":1}')]
  assert.equal(await read({ members, within: '1' }, 'config_dump'), 'D1 | Reading 1/config_dump from F.')
  assert.equal(
    await read({ members, within: '1/certs' }, 'config_dump'),
    '{"c":1} | Reading 1/certs from F.',
    'whatever it is called',
  )
  assert.equal(await read({ members, within: '1/certs' }, 'memory'), 'absent')
  assert.equal(await read({ members, within: 'x' }, 'config_dump'), 'the archive F has no "x" List its files: tar tf F')
  assert.equal(
    await read({ members, within: 'certs' }, 'config_dump'),
    'the archive F has no "certs" Did you mean --file F/1/certs?',
  )
  assert.equal(
    await read({ members, within: 'dump' }, 'config_dump'),
    'the archive F has no "dump" Did you mean --file F/0/config_dump?',
  )
  assert.equal(await read({ members: [] }, 'config_dump'), 'absent')
  const pages = archivePages({
    members,
    label: 'F',
    within: '1',
    isFile: true,
    about: 'config_dump',
    note: assert.fail,
  })
  assert.match((await pages.absence('memory')).message, /without any memory among its files \(2\)$/)
})

test('the proxy of one of several dumps has the pages beside that dump', async () => {
  const members = [...dumps(2), member('0/certs', '{"c":0}'), member('1/certs', '{"c":1}'), member('1/memory', 'text')]
  const proxy = memberProxy({ archive: 'F', members, dump: members[1] ?? assert.fail(), about: 'config_dump' })
  const page = async (path: string) => {
    const found = await proxy.page(path)
    return found === 'absent' ? found : Buffer.from(allOf(found)).toString()
  }
  assert.deepEqual(
    [proxy.label, proxy.live, await page('config_dump?include_eds'), await page('certs'), await page('memory')],
    ['F/1/config_dump', false, 'D1', '{"c":1}', 'absent'],
  )
  assert.match(
    (await proxy.absence('memory')).message,
    /^F\/1\/config_dump is the dump of a proxy, and has no memory beside it$/,
  )
})
