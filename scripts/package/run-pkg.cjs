// pkg's SEA builder in a process of its own, because it changes the working folder and takes its cache's place from HOME:
// `node run-pkg.cjs MAIN OPTIONS-AS-JSON`.
const { default: sea } = require('@yao-pkg/pkg/lib-es5/sea.js')

const [main, options] = process.argv.slice(2)
sea(main, JSON.parse(options)).catch((error) => {
  console.error(error)
  process.exitCode = 1
})
