import { startMariadb } from './private.ts'

// Starts a server of its own, says where it is, and stays: for tests that kill the process that started one.
const server = await startMariadb()
process.stdout.write(`${JSON.stringify({ pid: server.pid, url: server.adminUrl })}\n`)
setInterval(() => undefined, 60_000)
