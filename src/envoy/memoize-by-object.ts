/** The same function, which works out its answer for an object once, as long as the object lives: a dump answers many requests. */
export function memoizeByObject<K extends object, V>(compute: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, { readonly answer: V }>()
  return (key) => {
    const found = known.get(key) ?? { answer: compute(key) }
    known.set(key, found)
    return found.answer
  }
}
