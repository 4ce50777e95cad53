import { subscribe } from 'node:diagnostics_channel'
import dns from 'node:dns'
import { appendFileSync } from 'node:fs'
import { isIP, type Socket } from 'node:net'

/**
 * Loaded with `node --import` into a program under test: writes down where its process connects to, and every name that
 * it looks up. Undici and node:http both go through node:net, as the database driver does.
 */
const file = process.env.OUTBOUND_LOG ?? ''
const note = (line: string) => appendFileSync(file, `${line}\n`)

subscribe('net.client.socket', (message) => {
  const { socket } = message as { socket: Socket }
  socket.once('connect', () => note(`${socket.remoteAddress}:${socket.remotePort}`))
  socket.once('error', () => note(`failed ${socket.remoteAddress ?? ''}`))
})

const lookup = dns.lookup
Object.assign(dns, {
  lookup: (...args: Parameters<typeof lookup>) => {
    if (isIP(args[0]) === 0) note(`lookup ${args[0]}`)
    return lookup(...args)
  },
})
