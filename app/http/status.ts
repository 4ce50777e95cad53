import { parseRequestId } from '@dbward/protocol/ids'
import { ShapeError } from '@dbward/protocol/shape'
import { type StatusAnswer, statusPath } from '@dbward/protocol/status'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { StatusQuestion } from '../flow/status.ts'
import { matches } from './authenticate.ts'
import { Problem } from './problem.ts'

export type StatusDoorDeps = {
  readonly operators: readonly { readonly id: string; readonly token_sha256: string }[]
  readonly status: (question: StatusQuestion) => StatusAnswer
}

const bearer = /^Bearer (dbo_([A-Za-z0-9][A-Za-z0-9._-]{0,62})_[A-Za-z0-9_-]{43})$/

/**
 * How things stand, for the operators that the configuration names. It reads and changes nothing: an operator's token
 * opens no other door, and an agent's does not open this one.
 */
export function statusDoor({ operators, status }: StatusDoorDeps) {
  return async (door: FastifyInstance): Promise<void> => {
    door.addHook('onRequest', async (request) => authenticate(operators, request))
    door.get(statusPath, async (request) => status(question(request.query)))
  }
}

function authenticate(operators: StatusDoorDeps['operators'], request: FastifyRequest): void {
  const [, token = '', id] = bearer.exec(request.headers.authorization ?? '') ?? []
  const found = operators.find((one) => one.id === id)
  if (matches(token, found?.token_sha256)) return
  throw new Problem(
    401,
    'OPERATOR',
    'expected the token of an operator of this server: dbo_<operator id>_<secret>',
  )
}

function question(query: unknown): StatusQuestion {
  const given = Object.entries((query ?? {}) as Readonly<Record<string, unknown>>)
  const unknown = given.find(([key]) => key !== 'pr' && key !== 'request')
  if (unknown !== undefined) throw new ShapeError(unknown[0], 'pr or request', 'something else')
  const { pr, request } = Object.fromEntries(given)
  if (pr !== undefined && (typeof pr !== 'string' || !/^[1-9]\d{0,8}$/.test(pr))) {
    throw new ShapeError('pr', 'the number of a pull request', pr)
  }
  return {
    pr: pr === undefined ? null : Number(pr),
    request: request === undefined ? null : parseRequestId(request, 'request'),
  }
}
