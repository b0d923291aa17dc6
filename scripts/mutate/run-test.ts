import { spawn } from 'node:child_process'

/** Runs one test file in a process of its own. @returns whether it passes within the time in milliseconds */
export function runTest(
  root: string,
  test: string,
  env: Readonly<Record<string, string>>,
  timeout: number,
): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [test], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: 'ignore',
      timeout,
      killSignal: 'SIGKILL',
    })
    child.on('error', () => resolve(false))
    child.on('exit', (code) => resolve(code === 0))
  })
}
