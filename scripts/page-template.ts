import { join } from 'node:path'
import { pageTemplate } from './bundle/page-template.ts'

/** Prints the template of the page of `report`: for the program where it runs from its sources. */
process.stdout.write(await pageTemplate(join(import.meta.dirname, '..')))
