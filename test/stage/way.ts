import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A way to a port of this machine that can be cut: to everything behind it that looks as if a cable was pulled. */
export type Way = {
  readonly port: number
  /** Ends every connection at once, in both directions, with what was under way. New ones pass. */
  cut(): void
  close(): void
}

export async function openWay(to: number): Promise<Way> {
  const sockets = new Set<Socket>()
  const listener = createServer((near) => {
    const far = connect(to, '127.0.0.1')
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one)
      one.on('error', () => undefined)
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
      one.pipe(other)
    }
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('expected a TCP port, got none')
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  return {
    port: address.port,
    cut,
    close: () => {
      listener.close()
      cut()
    },
  }
}
