import { type Question, questionOptions } from '../../../analyses/trace/question/question.ts'
import type { Option } from '../../../contract/command.ts'
import { element } from '../element.ts'

/** Flags that are asked first; the others are folded. */
const first: ReadonlySet<string> = new Set(['method', 'header', 'explain', 'follow'])

/**
 * A form for a question, filled with one. Sending it goes to the address of what it then asks.
 * @param address where a question is answered
 */
export function questionForm(question: Question, address: (question: Question) => string): HTMLFormElement {
  const url = element('input', {
    id: 'trace-url',
    name: 'url',
    type: 'text',
    value: question.url ?? '',
    placeholder: 'http://reviews:9080/reviews/1',
    autocomplete: 'off',
    spellcheck: 'false',
    'data-search': true,
  })
  const fields = questionOptions.map((option) => fieldOf(option, question.flags.get(option.name) ?? []))
  const of = (isFirst: boolean): HTMLElement[] =>
    fields.filter(({ option }) => first.has(option.name) === isFirst).map(({ row }) => row)
  const isMoreGiven = [...question.flags.keys()].some((name) => !first.has(name))
  return element(
    'form',
    {
      class: 'trace-form',
      'aria-label': 'The request',
      submit(event) {
        event.preventDefault()
        const flags = new Map(
          fields
            .map(({ option, values }): [string, string[]] => [option.name, values()])
            .filter(([, given]) => given.length > 0),
        )
        location.hash = address({ url: url.value.trim() === '' ? undefined : url.value.trim(), flags })
      },
    },
    element(
      'div',
      { class: 'trace-field trace-wide' },
      element('label', { for: url.id }, 'URL'),
      url,
      element('small', { id: 'trace-url-help' }, 'http, https, ws, wss, grpc, grpcs or tcp; or host and port alone'),
    ),
    ...of(true),
    element(
      'details',
      isMoreGiven ? { open: true } : {},
      element('summary', {}, 'More of the connection'),
      element('div', { class: 'trace-fields' }, ...of(false)),
    ),
    element('button', { type: 'submit' }, 'Trace'),
  )
}

interface Field {
  readonly option: Option
  readonly row: HTMLElement
  /** Values as they are typed; none where nothing is given. */
  readonly values: () => string[]
}

function fieldOf(option: Option, given: readonly string[]): Field {
  const { name, describe } = option
  const id = `trace-${name}`
  const { control, values } = controlOf(option, given, { id, name, 'aria-describedby': `${id}-help` })
  const row = element(
    'div',
    { class: 'trace-field' },
    element('label', { for: id }, labels.get(name) ?? name),
    control,
    element('small', { id: `${id}-help` }, helps.get(name) ?? describe),
  )
  return { option, row, values }
}

type Named = Readonly<Record<'id' | 'name' | 'aria-describedby', string>>

function controlOf({ type, choices, repeatable }: Option, given: readonly string[], named: Named) {
  const [value = ''] = given
  if (type === 'boolean' || choices !== undefined) {
    const words = choices ?? ['true', 'false']
    const current = type === 'boolean' && value === '' && given.length > 0 ? 'true' : value
    const select = element(
      'select',
      named,
      element('option', { value: '' }, 'not given'),
      ...words.map((word) => element('option', { value: word, selected: word === current }, yesNo.get(word) ?? word)),
    )
    return { control: select, values: () => (select.value === '' ? [] : [select.value]) }
  }
  if (repeatable) {
    const area = element(
      'textarea',
      { ...named, rows: Math.max(2, given.length), spellcheck: 'false' },
      given.join('\n'),
    )
    return { control: area, values: () => area.value.split('\n').filter((line) => line.trim() !== '') }
  }
  const input = element('input', {
    ...named,
    type: 'text',
    value,
    autocomplete: 'off',
    spellcheck: 'false',
    inputmode: type === 'number' ? 'numeric' : undefined,
  })
  return { control: input, values: () => (input.value === '' ? [] : [input.value]) }
}

const yesNo: ReadonlyMap<string, string> = new Map([
  ['true', 'yes'],
  ['false', 'no'],
])

const labels: ReadonlyMap<string, string> = new Map([
  ['method', 'Method'],
  ['header', 'Headers'],
  ['source', 'Source address'],
  ['sni', 'SNI'],
  ['protocol', 'Protocol'],
  ['explain', 'Explain'],
  ['follow', 'Follow'],
])

const helps: ReadonlyMap<string, string> = new Map([
  ['follow', 'Go on in the proxy that the request goes to, if it is in this page'],
  ['header', 'One a line, NAME: VALUE or NAME=VALUE'],
  ['claim', 'One a line, NAME=VALUE: the client sends a valid token with these claims'],
])
