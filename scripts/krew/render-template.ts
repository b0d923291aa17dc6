/**
 * Renders plugin.yaml as krew-release-bot does: a Go template with `.TagName` and `addURIAndSha`, of which the output is
 * indented by four spaces.
 * @param sha256 of the archive at a URL
 * @throws Error for any other template action
 */
export function renderTemplate(template: string, tag: string, sha256: (url: string) => string): string {
  const withTag = (text: string) => text.replaceAll(/\{\{-? *\.TagName *-?\}\}/g, tag)
  const archives = template.replaceAll(/\{\{ *addURIAndSha "([^"]*)" \.TagName *\}\}/g, (_, url: string) => {
    const uri = withTag(url)
    return `uri: ${uri}\n    sha256: ${sha256(uri)}`
  })
  const rendered = withTag(archives)
  const left = /\{\{.*?\}\}/.exec(rendered)
  if (left !== null) throw new Error(`plugin.yaml has a template action that is not known here: ${left[0]}`)
  return rendered
}
