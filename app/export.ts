import { parseArgs } from 'node:util'
import { ConfigError, configExitCode } from '@dbward/protocol/errors'
import { exportAudit } from './store/audit.ts'
import { closeStore } from './store/open.ts'
import { openForReading } from './store/read-only.ts'

/**
 * Prints the audit log as JSON lines: `node app/export.ts --store FILE`. Opens the store for reading only, beside a
 * server that runs; `dbward audit export` starts it.
 */
function main(path: string | undefined): number {
  if (path === undefined) {
    process.stderr.write('dbward audit export: expected --store FILE, which store.path of the server names\n')
    return 2
  }
  try {
    const store = openForReading(path)
    for (const line of exportAudit(store)) process.stdout.write(`${line}\n`)
    closeStore(store)
    return 0
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`dbward audit export: ${error.message}\n`)
    return configExitCode
  }
}

process.exitCode = main(parseArgs({ options: { store: { type: 'string' } } }).values.store)
