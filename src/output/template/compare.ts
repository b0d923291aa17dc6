import { TemplateFailure } from './template-failure.ts'

/** What kubectl compares: values of one basic type. A missing value is `undefined`, and no comparison is true of it. */
export function compare(left: unknown, operator: string, right: unknown): boolean {
  if (left === undefined || right === undefined) return false
  const isOrder = operator !== '==' && operator !== '!='
  for (const value of [left, right]) {
    const isBasic = typeof value === 'string' || typeof value === 'number' || (typeof value === 'boolean' && !isOrder)
    if (!isBasic) throw new TemplateFailure('invalid type for comparison')
  }
  if (typeof left === 'number' && typeof right === 'number') return holds(left - right, operator)
  if (typeof left !== typeof right) throw new TemplateFailure('incompatible types for comparison')
  if (typeof left === 'string' && typeof right === 'string')
    return holds(left === right ? 0 : left < right ? -1 : 1, operator)
  return (left === right) === (operator === '==')
}

/** @param order negative, zero or positive, as the left is before, with or behind the right */
function holds(order: number, operator: string): boolean {
  switch (operator) {
    case '==':
      return order === 0
    case '!=':
      return order !== 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    default:
      return order >= 0
  }
}
