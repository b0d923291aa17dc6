import { escapeControls } from '../../output/text/escape.ts'

type Attribute = string | number | boolean | undefined | ((event: Event) => void)
export type Attributes = Readonly<Record<string, Attribute>>
export type Child = Node | string | number | undefined

/** Attributes that a reader sees or hears. */
const readAttributes: ReadonlySet<string> = new Set(['aria-label', 'aria-description', 'title', 'alt', 'placeholder'])

const svgNamespace = 'http://www.w3.org/2000/svg'

/**
 * Makes an element. Texts are texts, whatever is in them: nothing is ever read as markup, and what cannot be seen or would reorder a line
 * is shown as an escape, as the program prints it.
 * @param attributes a function is a listener for the event of its name; `true` sets an attribute without a value
 */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  return filled(document.createElement(tag), attributes, children)
}

/** The same of SVG. @public */
export function svgElement<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  return filled(document.createElementNS(svgNamespace, tag), attributes, children)
}

/** Puts other children into an element. */
export function replaceChildren(host: Element, ...children: readonly Child[]): void {
  host.replaceChildren(...nodesOf(children))
}

function filled<E extends Element>(made: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name, value)
    else if (value === true) made.setAttribute(name, '')
    else if (value !== undefined && value !== false)
      made.setAttribute(name, readAttributes.has(name) ? escapeControls(String(value)) : String(value))
  }
  made.append(...nodesOf(children))
  return made
}

function nodesOf(children: readonly Child[]): Node[] {
  return children
    .filter((child) => child !== undefined)
    .map((child) => (child instanceof Node ? child : document.createTextNode(escapeControls(String(child)))))
}
