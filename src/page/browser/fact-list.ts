import { type Child, element } from './element.ts'

/** Facts under their names; those without a value are left out. */
export function factList(facts: readonly (readonly [name: string, value: Child | undefined])[]): HTMLElement {
  const known = facts.filter(([, value]) => value !== undefined && value !== '')
  return element(
    'dl',
    { class: 'facts' },
    ...known.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]),
  )
}
