import { spawn } from 'node:child_process'
import { platform } from 'node:os'
import { AppError } from '../../errors.ts'

/**
 * Opens a file with the program that the desktop has for it, and does not wait for that program.
 * @param env where the program is looked for, and what it gets
 * @throws AppError when there is no such program
 */
export async function openFile(file: string, env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const [program, ...words] = openerOf(file, platform())
  const child = spawn(program, words, { env, detached: true, stdio: 'ignore', windowsHide: true })
  await new Promise<void>((resolve, reject) => {
    child.on('spawn', resolve)
    child.on('error', (cause) =>
      reject(
        new AppError(`${program} cannot be started, so ${file} was not opened: ${cause.message}`, {
          hint: 'The page is written: open it in a browser.',
          cause,
        }),
      ),
    )
  })
  child.unref()
}

function openerOf(file: string, desktop: NodeJS.Platform): readonly [string, ...string[]] {
  if (desktop === 'darwin') return ['open', file]
  // What `start` does, without a command line that a shell would read.
  if (desktop === 'win32') return ['rundll32.exe', 'url.dll,FileProtocolHandler', file]
  return ['xdg-open', file]
}
