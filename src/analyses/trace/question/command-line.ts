import { type Question, questionOptions } from './question.ts'

/** The command line that asks the same of a proxy. @param target its words for the proxy: `web-7f.default`, `--file dump.json` */
export function traceCommandLine(target: readonly string[], { url, flags }: Question): string {
  // Pods are what --follow looks up.
  const isOfPod = target[0]?.startsWith('-') === false
  const given = questionOptions.flatMap(({ name, type, short }) =>
    (flags.get(name) ?? []).flatMap((value) => {
      if (name === 'follow' && !isOfPod) return []
      if (type === 'boolean') return [value === 'false' ? `--${name}=false` : `--${name}`]
      return [short === undefined ? `--${name}` : `-${short}`, value]
    }),
  )
  const words = ['kubectl', 'proxy-config', 'trace', ...target, ...(url === undefined ? [] : [url]), ...given]
  return words.map(shellWord).join(' ')
}

/** As POSIX shells read it back. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
