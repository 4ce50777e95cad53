// `npm test [-- FILTER... --project NAME ...]`: every test, and a last line that a machine can read.
import { parseCLI, type Reporter, startVitest, type TestModule } from 'vitest/node'

type Count = { readonly passed: number; readonly failed: number; readonly skipped: number }

const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)])
let count: Count = { passed: 0, failed: 0, skipped: 0 }
let left: readonly string[] = []
const counting: Reporter = {
  onTestRunEnd(modules, unhandled) {
    count = tally(modules, unhandled.length)
    if (process.env.DBWARD_TEST_SKIP_MYSQL === '1') left = skippedIn(modules)
  },
}
// The command line has them as `reporter`, which would take the place of ours.
const { reporter, ...others } = options as typeof options & { readonly reporter?: string | string[] }
const reporters = [options.reporters ?? reporter ?? 'default'].flat()
const vitest = await startVitest(filter, {
  ...others,
  watch: false,
  passWithNoTests: true,
  reporters: [...reporters, counting],
})
await vitest.close()
const { passed, failed, skipped } = count
if (left.length > 0) {
  process.stdout.write(
    `\nDBWARD_TEST_SKIP_MYSQL=1: left out of what needs MySQL or MariaDB, not shown by this run:\n`,
  )
  for (const name of left) process.stdout.write(`  ${name}\n`)
}
process.stdout.write(
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
  // Whatever a test left open must not keep us, and a run of no tests has shown nothing.
  () => process.exit(failed > 0 || passed === 0 ? 1 : 0),
)

/** A file that cannot be loaded, a hook that throws and an error outside of every test are failures too. */
function tally(modules: readonly TestModule[], unhandled: number): Count {
  const tests = modules.flatMap((one) => [...one.children.allTests()])
  const suites = modules.flatMap((one) => [one, ...one.children.allSuites()])
  const ended = (state: string) => tests.filter((test) => test.result().state === state).length
  const broken = suites.filter((suite) => suite.errors().length > 0).length
  const left = ended('pending')
  return {
    passed: ended('passed'),
    failed: ended('failed') + broken + unhandled + left,
    skipped: ended('skipped'),
  }
}

function skippedIn(modules: readonly TestModule[]): readonly string[] {
  return modules.flatMap((one) => {
    const count = [...one.children.allTests('skipped')].length
    return count === 0 ? [] : [`${one.relativeModuleId}: ${count} skipped`]
  })
}
