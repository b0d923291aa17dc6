import { tableOf } from './table.ts'

/** What differs from one lab to the next, and what stands for it. */
export interface Names {
  /** Pods as `NAME` by what they belong to; several replicas that answer for each other have one name. */
  readonly pods: ReadonlyMap<string, string>
  address(address: string): string | undefined
}

/** The output with names, addresses, ages and times that are the same in every lab. */
export function stableOutput(output: string, { pods, address }: Names): string {
  const renamed = (text: string) =>
    text
      .replaceAll(/[a-z0-9]+(?:-[a-z0-9]+)+/g, (name) => pods.get(name) ?? name)
      .replaceAll(/(?<![\d.])\d+\.\d+\.\d+\.\d+(?![\d.])/g, (found) => address(found) ?? found)
      .replaceAll(/\((?:\d+[dhms])+\)/g, '(42s)')
      .replaceAll(/\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d UTC/g, 'Sat, 01 Nov 2025 09:00:00 UTC')
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '2025-11-01T09:00:00Z')
  return tableOf(output, renamed)
}
