import pkg from '@yao-pkg/pkg/lib-es5/sea.js'

/**
 * `node scripts/run-pkg.ts MAIN OPTIONS-AS-JSON`: pkg's SEA builder in a process of its own, because it changes the working
 * folder and takes its cache's place from HOME. `npm run package` starts it for each target.
 */
const [main = '', options = '{}'] = process.argv.slice(2)
await pkg.default(main, JSON.parse(options))
