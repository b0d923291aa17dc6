/**
 * Milliseconds of amounts with units one after the other, `1d12h`; undefined where the text is anything else.
 * @param units milliseconds of each unit that is accepted
 * @param amount what an amount looks like: whole numbers, or decimal ones as in Go
 */
export function durationSum(
  text: string,
  units: Readonly<Record<string, number>>,
  amount: 'whole' | 'decimal',
): number | undefined {
  const number = amount === 'whole' ? '\\d+' : '\\d+(?:\\.\\d+)?'
  const part = `(${number})(${Object.keys(units).join('|')})`
  if (!new RegExp(`^(?:${part})+$`).test(text)) return undefined
  return [...text.matchAll(new RegExp(part, 'g'))].reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (units[unit] ?? 0),
    0,
  )
}
