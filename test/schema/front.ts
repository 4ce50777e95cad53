import { createServer as createHttp, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect, createServer as createTcp, type Server, type Socket } from 'node:net'
import { json } from 'node:stream/consumers'
import type { Envelope } from '@dbward/protocol/dsse'

/** Stands before a database: counts who comes, and can stop answering in the middle. */
export async function databaseFront(port: number) {
  const open = new Set<Socket>()
  let count = 0
  let stalled = false
  let word: string | null = null
  const front = createTcp((socket) => {
    count += 1
    open.add(socket)
    const behind = connect(port, '127.0.0.1')
    for (const [from, to] of [
      [socket, behind],
      [behind, socket],
    ] as const) {
      from.on('error', () => undefined)
      from.on('data', (bytes) => {
        if (word !== null && bytes.includes(word)) stalled = true
        if (!stalled) to.write(bytes)
      })
      from.on('close', () => {
        open.delete(socket)
        to.destroy()
      })
    }
  })
  return {
    port: await listening(front),
    count: () => count,
    open: () => open.size,
    /** From this word on nothing goes through; null lets everything through again. */
    stallAt: (at: string | null) => {
      word = at
      stalled = false
    },
    stalled: () => stalled,
    close: () => closed(front, open),
  }
}

/** A server that an agent can ask for work, which it never has, and which keeps what it is told of schemas. */
export async function schemaServer() {
  const told: Envelope[] = []
  const open = new Set<Socket>()
  let claims = 0
  let status = 204
  const server = createHttp(async (request, response) => {
    const schema = await schemaIn(request)
    if (schema === null) claims += 1
    else if (status === 204) told.push(schema)
    response.statusCode = schema === null ? 204 : status
    response.end(status === 204 ? '' : JSON.stringify({ code: 'UNAVAILABLE', message: 'it is not here' }))
  })
  server.on('connection', (socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
  return {
    url: `http://127.0.0.1:${await listening(server)}`,
    told,
    claims: () => claims,
    answer: (with_: number) => {
      status = with_
    },
    close: () => closed(server, open),
  }
}

async function schemaIn(request: IncomingMessage): Promise<Envelope | null> {
  const body = (await json(request)) as { readonly schema?: Envelope }
  return request.url === '/agent/v1/schema' ? (body.schema ?? null) : null
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

function closed(server: Server, open: ReadonlySet<Socket>): Promise<void> {
  for (const one of open) one.destroy()
  return new Promise((resolve) => {
    server.close(() => resolve())
  })
}
