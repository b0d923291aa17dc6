import assert from 'node:assert/strict'
import { plainNames } from './hostile.ts'
import type { Session } from './session.ts'

/** Where names that others chose are completed; inside of quotes in the first two. */
const asked = [
  'clusters --file dump.json --fqdn ',
  'endpoints --context ',
  'listeners --file dump.json --name=',
  'trace --file dump.json ',
  'clusters -n ',
  'clusters ',
  'clusters deploy/',
]

/** How a word is begun, whatever comes of it: nothing, the beginning of many names, an open quote, a part of what would run. */
const begun = ['', 'a', "'", '"', "'a", '"a', "'outbound|", '"outbound|', 'a\\$\\(']

/**
 * Presses TAB wherever names are completed, and ^N for the second of several candidates.
 * @param by what comes before `config` and `status`
 */
export async function pressTabs({ terminal, holds }: Session, by: string): Promise<void> {
  const program = `${by}config`
  for (const [at, line] of asked.entries())
    for (const word of begun.slice(0, at < 2 ? undefined : 2)) {
      const typed = `${program} ${line}${word}`
      const found = await terminal.line(`${typed}\t`)
      // A word with a pipe may become another spelling.
      if (word.includes('|')) holds(typed.slice(0, -word.length), found.replace(word, ''))
      else holds(typed, found)
      if (at < 2 && word.length < 2) holds(typed, await terminal.line(`${typed}\x0e\x0e`))
    }
}

/**
 * Names with pipes complete, and what they became is taken for them.
 * @param quotes within which quotes they complete; kubectl's script for bash completes nothing there
 */
export async function completePlainNames({ terminal, ran }: Session, by: string, quotes: string[] = []): Promise<void> {
  const program = `${by}config`
  const [[name, spelled] = []] = Object.entries(plainNames)
  const completes = async (typed: string, expected: string) => {
    // A TAB ends without candidates after two seconds, which a machine at work may need.
    let line = ''
    for (let tries = 0; tries < 3 && line !== expected; tries++)
      line = (await terminal.line(`${typed}\t`)).trimEnd().replaceAll(/["']/g, '')
    assert.equal(line, expected, typed)
  }
  await completes(`${by}status --exit`, `${by}status --exit-code`)
  assert.equal(await terminal.line(`${program} clusters sv\t`), `${program} clusters svc/`, 'no blank')
  await completes(`${program} clus`, `${program} clusters`)
  for (const before of ['clusters --file dump.json --fqdn ', 'routes --file dump.json --vhost='])
    for (const quote of ['', ...quotes])
      await completes(`${program} ${before}${quote}outbound_`, `${program} ${before}${spelled}`)
  await completes(
    `${program} clusters --file ~/dump.json --fqdn outbound_`,
    `${program} clusters --file ~/dump.json --fqdn ${spelled}`,
  )
  for (const line of ['clusters --context ', 'clusters -n ', 'clusters ', 'clusters deploy/'])
    await completes(`${program} ${line}rev`, `${program} ${line}reviews.example`)
  const url = `${program} trace --file dump.json http://reviews.example:15001/`
  await completes(url.slice(0, -12), url)
  await completes(`${program} clusters --file dump.js`, `${program} clusters --file dump.json`)
  const run = (line: string) => terminal.output(`${program} ${line}`)
  assert.equal(await run('clusters --file dump.json -o name --fqdn outb\t'), `cluster/${name}\n`)
  assert.deepEqual(ran(), [])
}

/** The shell's own completion of a file whose name would run something, and of what follows that name. */
export async function completeHostileFile({ terminal, ran }: Session, by: string): Promise<void> {
  const file = await terminal.line(`${by}config clusters --file files/\t`)
  const [name] = Object.keys(plainNames)
  const shown = await terminal.output(`${by}config clusters -o name --file files/\t --fqdn outb\t`)
  assert.equal(shown, `cluster/${name}\n`, file)
  assert.deepEqual(ran(), [])
}
