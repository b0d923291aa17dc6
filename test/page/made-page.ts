import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { runProgram } from '../run-program.ts'
import { writeBookinfoCapture } from './bookinfo-mesh.ts'

/** A folder for what a test file makes; it goes at the end of the file. */
export const folder: string = mkdtempSync(join(tmpdir(), 'page-'))

after(() => rmSync(folder, { recursive: true }))

const made = new Map<string, Promise<string>>()

/**
 * Makes a page by `report`, once for the same words.
 * @param words the selection of `report`: `['--file', 'dump.json']`
 * @returns the path of the page
 */
export function pageOf(...words: readonly string[]): Promise<string> {
  const key = JSON.stringify(words)
  const known = made.get(key) ?? make(join(folder, `page-${made.size}.html`), words)
  made.set(key, known)
  return known
}

async function make(file: string, words: readonly string[]): Promise<string> {
  const { code, out, err } = await runProgram(['report', '-o', file, ...words])
  assert.equal(code, 0, err)
  assert.equal(out, '')
  return file
}

/** The page of Bookinfo's mesh. */
export async function bookinfoPage(): Promise<string> {
  const capture = join(folder, 'bookinfo.zip')
  bookinfo ??= writeBookinfoCapture(capture)
  await bookinfo
  return await pageOf('-A', '--capture', capture)
}

let bookinfo: Promise<void> | undefined
