import type { Context } from '../../contract/command.ts'
import { HtmlFile } from '../../fetch/written/html-file.ts'
import { aroundData } from '../../page/write/page-html.ts'

/** Where a page is written: a file, standard output, or nothing in a thread, which only reads proxies. */
export interface PageOutput {
  /** False in a thread. */
  readonly isWritten: boolean
  /** Resolves when there is room for more. @throws AppError when it cannot be written */
  write(html: string): Promise<void>
  /** Writes the end of the page. */
  end(): Promise<void>
  /** Takes away a file that is not whole. */
  discard(): void
}

/** @param file undefined for standard output. @throws AppError when it cannot be written */
export async function pageOutput(file: string | undefined, context: Context): Promise<PageOutput> {
  const { thread } = await context.fleet()
  if (thread !== undefined) return nowhere
  const [before, behind] = aroundData(await context.io.pageTemplate())
  const target = file === undefined ? undefined : new HtmlFile(file)
  const write = async (html: string) => {
    if (target === undefined) await context.io.write(html)
    else target.write(html)
  }
  await write(before)
  return {
    isWritten: true,
    write,
    async end() {
      await write(behind)
      target?.done()
    },
    discard: () => target?.discard(),
  }
}

const nowhere: PageOutput = {
  isWritten: false,
  write: async () => undefined,
  end: async () => undefined,
  discard: () => undefined,
}
