import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export type Way = { readonly url: string; close(): void }

/** A way to a database that `onChunk` stands in: it gets what a client sends, and gives what the server is to get. */
export async function openWay(
  url: string,
  onChunk: (chunk: Buffer, client: Socket, server: Socket) => Buffer | null,
): Promise<Way> {
  const at = new URL(url)
  const sockets = new Set<Socket>()
  const listener = createServer((client) => {
    const server = connect(Number(at.port || 3306), at.hostname)
    for (const socket of [client, server]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
    }
    client.on('data', (chunk: Buffer) => {
      const passed = onChunk(chunk, client, server)
      if (passed !== null) server.write(passed)
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
    close: () => {
      listener.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/**
 * Cuts a connection as soon as a client has sent `word`. With `deliver` the word still arrives: the server does the work,
 * and the answer is lost. Later connections pass.
 */
export async function lossyWay(
  url: string,
  word: string,
  deliver: boolean,
): Promise<Way & { cuts(): number }> {
  let cuts = 0
  const way = await openWay(url, (chunk, client, server) => {
    if (cuts > 0 || !chunk.includes(word)) return chunk
    cuts += 1
    if (deliver) server.write(chunk)
    client.destroy()
    // Ended and not destroyed: what was sent before is still read by the server.
    server.end()
    return null
  })
  return { ...way, cuts: () => cuts }
}

/** The server gets `to` where a client sends `from`: as if it understood a statement otherwise than the review and we do. */
export async function rewritingWay(
  url: string,
  from: string,
  to: string,
): Promise<Way & { rewrites(): number }> {
  const wanted = Buffer.from(to.padEnd(from.length))
  if (wanted.length !== Buffer.byteLength(from))
    throw new Error('expected a text that is no longer than the other')
  let rewrites = 0
  const way = await openWay(url, (chunk) => {
    const at = chunk.indexOf(from)
    if (at === -1) return chunk
    rewrites += 1
    return Buffer.concat([chunk.subarray(0, at), wanted, chunk.subarray(at + wanted.length)])
  })
  return { ...way, rewrites: () => rewrites }
}
