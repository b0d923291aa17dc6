import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { renderTemplate } from '../../../scripts/krew/render-template.ts'
import { releaseOf } from '../../../scripts/manifests/release.ts'
import { objectOf } from '../../../src/envoy/json.ts'

const template = readFileSync(join(import.meta.dirname, '../../../plugin.yaml'), 'utf8')

/** What plugin.yaml says of version 1.2.3, with a made-up sum for each archive. */
export const release = releaseOf(
  objectOf(load(renderTemplate(template, 'v1.2.3', (url) => Buffer.from(url).toString('hex').slice(-64)))),
  'Apache-2.0',
)
