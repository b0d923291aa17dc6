import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { isAbsolute, join } from 'node:path'
import { run } from '../../src/cli/run.ts'
import type { RunResult } from './oracles.ts'
import type { FuzzInput, ServerAnswer } from './program-input.ts'

/** Runs the program in this process on an input, whose files are written to a folder. */
export async function runInput(input: FuzzInput, folder: string): Promise<RunResult> {
  mkdirSync(folder, { recursive: true })
  for (const [name, bytes] of Object.entries(input.files)) writeFileSync(join(folder, name), bytes)
  const server = input.answer === undefined ? undefined : await serverOf(input.answer)
  const argv = input.argv.map((word) => {
    if (word === '@url') return server?.url ?? 'http://127.0.0.1:9'
    return word.startsWith('@') && word.slice(1) in input.files ? join(folder, word.slice(1)) : word
  })
  // It would lie in the folder that this process was started in.
  const capture = join(folder, 'capture.zip')
  rmSync(capture, { force: true })
  if (argv[0] === 'capture') {
    const at = argv.findIndex((word) => word === '--to' || word.startsWith('--to='))
    if (at === -1) argv.splice(1, 0, '--to', capture)
    else if (argv[at] !== '--to') argv[at] = `--to=${capture}`
    else if (!isAbsolute(argv[at + 1] ?? '/')) argv[at + 1] = capture
  }
  const printed = { out: '', err: '' }
  const before = process.cpuUsage()
  const cpu = () => {
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  }
  try {
    const code = await run(argv, {
      env: { HOME: folder, KUBECONFIG: join(folder, 'none') },
      cwd: folder,
      invokedAs: 'kubectl-proxy_config',
      async *stdin() {},
      stdinIsTTY: true,
      stderrIsTTY: false,
      stdoutColumns: undefined,
      async write(text) {
        if (printed.out.length < maxOutput) printed.out += text
        return true
      },
      warn(text) {
        printed.err += text
      },
      now: () => new Date('2026-01-01T00:00:00Z'),
      // The script of the real one is of no concern here.
      pageTemplate: async () => '<!doctype html><!--data-->',
      self: ['none'],
      signal: new AbortController().signal,
    })
    return { code, ...printed, cpu: cpu() }
  } catch (thrown) {
    return { code: undefined, ...printed, thrown, cpu: cpu() }
  } finally {
    server?.close()
  }
}

/** Characters of the output that are looked at. */
const maxOutput = 2 ** 28

async function serverOf({ status, headers, body, cut }: ServerAnswer) {
  const server: Server = createServer((_, response) => {
    response.on('error', () => {})
    if (status < 200) response.socket?.end(`HTTP/1.1 ${status} X\r\n\r\n`)
    else if (cut) {
      response.writeHead(status, { ...headers, 'content-length': body.length + 10 })
      response.write(body, () => response.destroy())
    } else response.writeHead(status, headers).end(status === 204 ? undefined : body)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 9}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
