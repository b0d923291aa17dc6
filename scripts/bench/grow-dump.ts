import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'

type Wrapper = Record<string, unknown>
type Section = Record<string, unknown>

/**
 * Writes a dump of about `size` bytes to `path`, in Envoy's own layout, grown from a captured one: everything of it once, and then
 * its clusters, listeners, endpoints and routes again and again under other names, as a larger mesh has them.
 * @returns the number of copies of each resource
 */
export function growDump(fixture: string, path: string, size: number): number {
  const text = readFileSync(fixture, 'utf8')
  const { configs } = JSON.parse(text) as { configs: Section[] }
  const lists = configs.map(grownList)
  const perCopy = lists.reduce((sum, list) => sum + (list === undefined ? 0 : layOut(list.wrappers, 4).length), 0)
  const copies = Math.max(0, Math.round((size - text.length) / perCopy))
  const file = openSync(path, 'w')
  try {
    writeSync(file, '{\n "configs": [\n')
    configs.forEach((section, at) => {
      writeSection(file, section, lists[at], copies)
      writeSync(file, at === configs.length - 1 ? '\n' : ',\n')
    })
    writeSync(file, ' ]\n}\n')
  } finally {
    closeSync(file)
  }
  return copies
}

interface GrownList {
  readonly field: string
  readonly wrappers: readonly Wrapper[]
}

/** The dynamic list of a section that grows with a mesh; secrets and the bootstrap do not. */
function grownList(section: Section): GrownList | undefined {
  const field = [
    'dynamic_active_clusters',
    'dynamic_listeners',
    'dynamic_endpoint_configs',
    'dynamic_route_configs',
  ].find((name) => name in section)
  return field === undefined ? undefined : { field, wrappers: section[field] as Wrapper[] }
}

/** The grown list goes last in its section, where Envoy has it too. */
function writeSection(file: number, section: Section, list: GrownList | undefined, copies: number): void {
  if (list === undefined) {
    writeSync(file, indent(JSON.stringify(section, null, 1), 2))
    return
  }
  const { [list.field]: _, ...others } = section
  const opening = indent(JSON.stringify(others, null, 1), 2).replace(/\n {2}\}$/, '')
  writeSync(file, `${opening},\n   "${list.field}": [\n${layOut(list.wrappers, 4)}`)
  for (let copy = 1; copy <= copies; copy++) {
    const renamed = layOut(list.wrappers, 4)
      .replaceAll('.svc.cluster.local', `-${copy}.svc.cluster.local`)
      .replaceAll(/^( {6}"name": "(?:0\.0\.0\.0|10\.\d+\.\d+\.\d+)_\d+)"/gm, `$1_${copy}"`)
      .replaceAll(/^( {6}"name": "\d+)"/gm, `$1.${copy}"`)
    writeSync(file, `,\n${renamed}`)
  }
  writeSync(file, '\n   ]\n  }')
}

function layOut(items: readonly Wrapper[], columns: number): string {
  return items.map((item) => indent(JSON.stringify(item, null, 1), columns)).join(',\n')
}

function indent(text: string, columns: number): string {
  return text.replaceAll(/^/gm, ' '.repeat(columns))
}
