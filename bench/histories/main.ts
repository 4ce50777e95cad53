// `npm run bar:histories`: every row of test/histories/table.ts, on an emulated GitHub.
import { startVitest } from 'vitest/node'

process.env.DBWARD_HISTORIES = 'all'
const vitest = await startVitest(['test/histories'], { watch: false, project: ['whole'] })
const failed = vitest.state.getCountOfFailedTests()
await vitest.close()
process.exit(failed > 0 || process.exitCode ? 1 : 0)
