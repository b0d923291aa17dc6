/**
 * The spelling of a name that no shell takes for a pipe: `outbound_.9080_.v1_.host` for `outbound|9080|v1|host`. It is the form that
 * Istio itself gives the names of clusters where a pipe cannot stand (SNI-DNAT, `BuildDNSSrvSubsetKey`).
 */
export function pipeFree(name: string): string {
  return name.replaceAll('|', '_.')
}

/** Whether a name is the one that is wanted, in either spelling. */
export function isNamed(name: string, wanted: string): boolean {
  return name === wanted || pipeFree(name) === wanted
}

/** Whether a name contains the wanted text, in either spelling. */
export function nameIncludes(name: string, wanted: string): boolean {
  return name.includes(wanted) || pipeFree(name).includes(wanted)
}
