import type { Document, Item } from '../../view.ts'

/** The things that a document is about: what it lists, the entries of a section, those of every proxy; else it is one thing itself. */
export function documentItems(document: Document): readonly Item[] {
  const items = unordered(document)
  return 'order' in document && document.order !== undefined ? document.order(items) : items
}

function unordered(document: Document): readonly Item[] {
  if ('fields' in document) {
    if (!document.ofProxies) return [{ value: documentValue(document) }]
    return document.fields.flatMap(([proxy, own]) => documentItems(own).map((item) => ({ ...item, proxy })))
  }
  const value = documentValue(document)
  const list = Array.isArray(value) ? value : 'value' in document && document.isSection ? sectionItems(value) : [value]
  return list.map((item: unknown) => ({ value: item }))
}

/** The members of a section's lists; a section without any is one thing. */
function sectionItems(section: unknown): readonly unknown[] {
  const members = typeof section === 'object' && section !== null ? Object.values(section) : []
  const lists = members.filter(Array.isArray)
  return lists.length === 0 ? [section] : lists.flat()
}

/** The document with its lists as values, which can be read more than once. */
export function withReadLists(document: Document): Document {
  if ('list' in document) return { value: [...document.list] }
  if ('documents' in document) return { documents: document.documents.map(withReadLists) }
  if ('fields' in document)
    return { ...document, fields: document.fields.map(([name, own]) => [name, withReadLists(own)] as const) }
  return document
}

/** A document as one value. */
export function documentValue(document: Document): unknown {
  if ('value' in document) return document.value
  if ('list' in document) return [...document.list]
  if ('documents' in document) return document.documents.map(documentValue)
  return Object.fromEntries(document.fields.map(([name, own]) => [name, documentValue(own)]))
}
