/** Path of libfaketime, which gives a program its clock: `npm run test:package` names it. Without it there is only the real one. */
const library = process.env.PROXY_CONFIG_CLOCK ?? ''

/** Environment variables that stop a program's clock at a moment; none without libfaketime. */
export function clockAt(now: Date): Record<string, string> {
  if (library === '') return {}
  const [day = '', time = ''] = now.toISOString().split(/[T.]/)
  return { LD_PRELOAD: library, FAKETIME: `${day} ${time}`, FAKETIME_DONT_FAKE_MONOTONIC: '1', TZ: 'UTC' }
}
