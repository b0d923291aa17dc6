import childProcess from 'node:child_process'
import dgram from 'node:dgram'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'

/** What this process did to the machine since it is watched, as far as a program of Node can do it. */
export interface Deeds {
  /** Sockets that something can connect to, or that receive datagrams. */
  readonly listened: string[]
  /** Where connections went: `HOST:PORT`. */
  readonly connected: string[]
  /** Files and folders that were opened for writing, made or removed. */
  readonly written: string[]
  /** Programs that were started. */
  readonly started: string[]
}

type Call = (...args: never[]) => unknown

/** Notes each call of a function of a module, and calls it. */
function noteCalls<Name extends string>(
  holder: Record<Name, Call>,
  name: Name,
  note: (args: readonly unknown[]) => void,
): void {
  const original: Call = holder[name]
  const noted = function (this: unknown, ...args: never[]): unknown {
    note(args)
    return Reflect.apply(original, this, args)
  }
  holder[name] = Object.assign(noted, original)
}

const writers = [
  ...['writeFile', 'appendFile', 'mkdir', 'mkdtemp', 'rename', 'rm', 'unlink', 'copyFile', 'cp', 'symlink', 'link'],
  ...['writeFileSync', 'appendFileSync', 'mkdirSync', 'mkdtempSync', 'renameSync', 'rmSync', 'unlinkSync'],
  ...['copyFileSync', 'cpSync', 'symlinkSync', 'linkSync', 'createWriteStream', 'truncate', 'truncateSync'],
] as const

/** Begins to watch this process. What Node's own streams and clients call is seen as well. */
export function watchProcess(): Deeds {
  const deeds: Deeds = { listened: [], connected: [], written: [], started: [] }
  noteCalls(net.Server.prototype as unknown as Record<'listen', Call>, 'listen', (args) =>
    deeds.listened.push(JSON.stringify(args)),
  )
  noteCalls(dgram as unknown as Record<'createSocket', Call>, 'createSocket', (args) =>
    deeds.listened.push(`datagrams ${JSON.stringify(args)}`),
  )
  noteCalls(net.Socket.prototype as unknown as Record<'connect', Call>, 'connect', (args) => {
    const [first] = args.flat()
    const { host, port, path } = Object(first) as { host?: string; port?: number; path?: string }
    deeds.connected.push(path ?? `${host ?? 'localhost'}:${port}`)
  })
  for (const name of writers) {
    const note = ([path]: readonly unknown[]) => deeds.written.push(`${name} ${path}`)
    noteCalls(fs as unknown as Record<string, Call>, name, note)
    if (name in fs.promises) noteCalls(fs.promises as unknown as Record<string, Call>, name, note)
  }
  for (const holder of [fs, fs.promises] as unknown as Record<string, Call>[])
    for (const name of ['open', 'openSync'].filter((each) => each in holder))
      noteCalls(holder, name, ([path, flags]) => {
        if (typeof flags === 'string' && /[wa+]/.test(flags)) deeds.written.push(`${name} ${path}`)
      })
  for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'])
    noteCalls(childProcess as unknown as Record<string, Call>, name, ([program]) => deeds.started.push(`${program}`))
  syncBuiltinESMExports()
  return deeds
}
