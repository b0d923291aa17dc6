import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { getAsset, isSea } from 'node:sea'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** The file beside the bundle, and the asset of the executable. */
const templateFile = 'report-page.html'

/** Bytes that the template may have. */
const maxSize = 2 ** 26

/**
 * The page of `report` without its data: an asset of the executable, a file beside the bundle; where the program runs from its sources it
 * is made of them.
 * @param program URL of the file that the program is, or begins with
 * @param node the program that runs it
 * @throws Error when it is not there
 */
export async function pageTemplate(program: string, node: string): Promise<string> {
  if (isSea()) return getAsset(templateFile, 'utf8')
  if (!program.endsWith('.ts')) return readFile(new URL(templateFile, program), 'utf8')
  const script = fileURLToPath(new URL('../scripts/page-template.ts', program))
  const { stdout } = await promisify(execFile)(node, [script], { encoding: 'utf8', maxBuffer: maxSize })
  return stdout
}
