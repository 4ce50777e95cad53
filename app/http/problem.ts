import { Refusal } from '@dbward/protocol/errors'
import { ShapeError } from '@dbward/protocol/shape'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { Log } from '../log.ts'

/** An answer that is not a success: `{code, message}` with a status. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.status = status
    this.code = code
  }
}

/** Turns whatever a door throws into such an answer. What is not meant for the caller is logged and not told. */
export function answerProblem(log: Log) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const { status, code, message } = toProblem(error)
    const seen = { err: error, method: request.method, route: request.routeOptions.url ?? null, status }
    if (status >= 500) log.error(seen, 'a request failed')
    else log.info({ ...seen, err: undefined, code }, 'a request was refused')
    return reply.code(status).send({ code, message })
  }
}

function toProblem(error: FastifyError): Pick<Problem, 'status' | 'code' | 'message'> {
  if (error instanceof Problem) return error
  if (error instanceof Refusal) {
    const { code, message } = error
    return { status: code === 'NOT_ALLOWED_HERE' ? 403 : 409, code, message }
  }
  if (error instanceof ShapeError) return { status: 400, code: 'BAD_REQUEST', message: error.message }
  const status = error.statusCode
  if (status === 413)
    return { status, code: 'TOO_LARGE', message: 'the body is larger than this address takes' }
  if (status === 415) return { status, code: 'MEDIA_TYPE', message: 'expected application/json' }
  if (status !== undefined && status >= 400 && status < 500) {
    return { status, code: 'BAD_REQUEST', message: 'the request cannot be read' }
  }
  if (error.name === 'Conflict' || error.code?.startsWith('SQLITE_')) {
    return { status: 503, code: 'UNAVAILABLE', message: 'the store is busy or cannot be written; try again' }
  }
  return {
    status: 500,
    code: 'INTERNAL',
    message: 'something went wrong here; the log of the server says what',
  }
}
