/** Where scripts/bundle/page-template.ts leaves place for the data. */
const dataPlace = '<!--data-->'

/** What comes before the data of a page and behind it. @throws Error for what is no template */
export function aroundData(template: string): readonly [before: string, behind: string] {
  const at = template.indexOf(dataPlace)
  if (at === -1) throw new Error('the template of the page has no place for data')
  return [template.slice(0, at), template.slice(at + dataPlace.length)]
}
