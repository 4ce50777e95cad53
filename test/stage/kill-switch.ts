import { subscribe } from 'node:diagnostics_channel'

/**
 * Loaded with `node --import` into a program under test: ends it by SIGKILL when it has passed the step named in
 * `KILL_AT` for the `KILL_COUNT`th time, counted from when it has passed `KILL_AFTER` where that is set. The programs
 * only say where they are; nobody listens in production. With `KILL_SIGNAL` it is another signal, such as SIGSTOP.
 */
const at = process.env.KILL_AT
let after = process.env.KILL_AFTER
const signal = process.env.KILL_SIGNAL ?? 'SIGKILL'
let left = Number(process.env.KILL_COUNT ?? '1')

if (at !== undefined) {
  subscribe('dbward:step', (message) => {
    const { step } = message as { step: string }
    const begun = after === undefined
    if (step === after) after = undefined
    if (!begun || step !== at) return
    left -= 1
    if (left === 0) process.kill(process.pid, signal)
  })
}
