// `npm run bar:kills`: jobs killed, and the world around the agent failing, at every step and not only at half of them.
import { startVitest } from 'vitest/node'

process.env.DBWARD_KILLS = 'all'
const vitest = await startVitest(['test/kill/world', 'test/action/kill'], {
  watch: false,
  project: ['whole'],
})
const failed = vitest.state.getCountOfFailedTests()
await vitest.close()
process.exit(failed > 0 || process.exitCode ? 1 : 0)
