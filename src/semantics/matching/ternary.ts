/** Three-valued logic: undefined stands for what cannot be known. */
export type Truth = boolean | undefined

export function anyOf(parts: readonly Truth[]): Truth {
  if (parts.includes(true)) return true
  return parts.includes(undefined) ? undefined : false
}

export function allOf(parts: readonly Truth[]): Truth {
  if (parts.includes(false)) return false
  return parts.includes(undefined) ? undefined : true
}

export function not(part: Truth): Truth {
  return part === undefined ? undefined : !part
}
