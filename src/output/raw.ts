import type { Format } from './format.ts'
import { documentText } from './json.ts'

export const raw: Format = {
  name: 'raw',
  title: 'the resources exactly as the proxy sent them',
  render: (view) => documentText(view.raw()),
}
