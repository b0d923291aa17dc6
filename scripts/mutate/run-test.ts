import { spawn } from 'node:child_process'

/**
 * Runs one test file in a process of its own, and ends it with the first test that fails.
 * @returns whether all pass within the time in milliseconds
 */
export function runTest(
  root: string,
  test: string,
  env: Readonly<Record<string, string>>,
  timeout: number,
): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--test-reporter=tap', test], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout,
      killSignal: 'SIGKILL',
    })
    let line = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (line + text).split('\n')
      line = lines.pop() ?? ''
      if (lines.some((each) => /^\s*not ok /.test(each))) child.kill('SIGKILL')
    })
    child.on('error', () => resolve(false))
    child.on('exit', (code) => resolve(code === 0))
  })
}
