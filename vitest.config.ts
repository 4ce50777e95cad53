import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

// `unit` is what `npm run check` runs: pure tables beside their sources. `whole` needs databases, git and the emulator.
// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default defineConfig({
  test: {
    // Most of what a test of the whole does is waiting for others, so more than one at a time fit even on few cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{protocol,rules,app,agent,action,cli}/**/*.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
