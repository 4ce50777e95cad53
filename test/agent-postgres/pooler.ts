import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import pg from 'pg'

/**
 * The part of a transaction-pooling proxy that matters here: every client is told that it is logged in, and each of its
 * messages goes to a server connection that is lent to it until that is idle again.
 */
export async function transactionPooler(
  url: string,
  size: number,
  order: 'first in, first out' | 'last in, first out',
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const servers: pg.Client[] = []
  for (let i = 0; i < size; i++) {
    const client = new pg.Client({ connectionString: url })
    client.on('error', () => undefined)
    await client.connect()
    client.connection.stream.removeAllListeners('data')
    servers.push(client)
  }
  const free = servers.map((one) => one.connection.stream as Socket)
  const waiting: ((server: Socket) => void)[] = []
  const borrow = () => {
    const server = order === 'first in, first out' ? free.shift() : free.pop()
    return server === undefined ? new Promise<Socket>((take) => waiting.push(take)) : Promise.resolve(server)
  }
  const giveBack = (server: Socket) => {
    const next = waiting.shift()
    if (next === undefined) free.push(server)
    else next(server)
  }

  const clients = new Set<Socket>()
  const listener = createServer((client) => {
    clients.add(client)
    client.on('error', () => undefined)
    let lent: Promise<Socket> | null = null
    client.once('data', () => {
      client.write(loggedIn)
      client.on('data', (chunk: Buffer) => {
        if (chunk[0] === 0x58) return
        lent ??= borrow().then((server) => {
          server.on('data', (answer: Buffer) => {
            client.write(answer)
            // ReadyForQuery, idle: the transaction is over.
            if (!answer.subarray(-6).equals(Buffer.from([0x5a, 0, 0, 0, 5, 0x49]))) return
            server.removeAllListeners('data')
            lent = null
            giveBack(server)
          })
          return server
        })
        void lent.then((server) => server.write(chunk))
      })
    })
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('expected a TCP port, got none')
  return {
    url: url.replace(/@[^/]+\//, `@127.0.0.1:${address.port}/`),
    close: async () => {
      for (const client of clients) client.destroy()
      listener.close()
      for (const server of servers) server.connection.stream.destroy()
    },
  }
}

/** AuthenticationOk, a key to cancel by that fits nothing, ReadyForQuery. */
const loggedIn = Buffer.from([
  0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x4b, 0, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0, 1, 0x5a, 0, 0, 0, 5, 0x49,
])
