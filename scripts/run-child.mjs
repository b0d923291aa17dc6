// Runs a program in this one's place, as far as Node can: its streams, its exit code, the signals it is sent.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/**
 * @param {string} program
 * @param {readonly string[]} argv
 * @param {NodeJS.ProcessEnv} env
 */
export function runChild(program, argv, env = process.env) {
  const child = spawn(program, argv, { stdio: 'inherit', env })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the program as well; a second one would end it before it has tidied up.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    })
  }
  child.on('error', (error) => {
    console.error(`error: ${program} does not start: ${error.message}`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal ?? 'SIGTERM']
  })
}
