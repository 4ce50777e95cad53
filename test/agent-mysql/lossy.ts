import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/**
 * A way to a database that cuts a connection as soon as a client has sent `word`. With `deliver` the word still arrives:
 * the server does the work, and the answer is lost. Later connections pass.
 */
export async function lossyWay(
  url: string,
  word: string,
  deliver: boolean,
): Promise<{ readonly url: string; cuts(): number; close(): void }> {
  const at = new URL(url)
  const sockets = new Set<Socket>()
  let cuts = 0
  const listener = createServer((client) => {
    const server = connect(Number(at.port || 3306), at.hostname)
    for (const socket of [client, server]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
    }
    client.on('data', (chunk: Buffer) => {
      const found = cuts === 0 && chunk.includes(word)
      if (!found || deliver) server.write(chunk)
      if (!found) return
      cuts += 1
      client.destroy()
      // Ended and not destroyed: what was sent before is still read by the server.
      server.end()
    })
    server.on('data', (chunk) => {
      if (!client.destroyed) client.write(chunk)
    })
    client.on('close', () => server.end())
    server.on('close', () => client.destroy())
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('expected a TCP port, got none')
  return {
    url: url.replace(/@[^/]+\//, `@127.0.0.1:${address.port}/`),
    cuts: () => cuts,
    close: () => {
      listener.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
