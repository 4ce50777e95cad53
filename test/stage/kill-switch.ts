import { subscribe } from 'node:diagnostics_channel'

/**
 * Loaded with `node --import` into a program under test: ends it by SIGKILL when it has passed the step named in
 * `KILL_AT` for the `KILL_COUNT`th time. The programs only say where they are; nobody listens in production.
 */
const at = process.env.KILL_AT
let left = Number(process.env.KILL_COUNT ?? '1')

if (at !== undefined) {
  subscribe('dbward:step', (message) => {
    if ((message as { step: string }).step !== at) return
    left -= 1
    if (left <= 0) process.kill(process.pid, 'SIGKILL')
  })
}
