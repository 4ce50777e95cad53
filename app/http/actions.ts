import { type SessionAnswer, type SessionQuestion, sessionQuestion } from '@dbward/protocol/messages'
import type { FastifyInstance } from 'fastify'
import { NotThisJob } from '../oidc/id-token.ts'
import { KeysUnavailable } from '../oidc/jwks.ts'
import { Problem } from './problem.ts'

export type ActionsDoorDeps = {
  readonly open: (question: SessionQuestion) => Promise<SessionAnswer>
  /** Keeps count of those who were not let in. */
  readonly refused: (refusal: NotThisJob) => void
}

const mostBytes = 16 * 1024

/** Where a job of GitHub Actions shows what GitHub signed about it, and gets a session for the other doors. */
export function actionsDoor({ open, refused }: ActionsDoorDeps) {
  return async (door: FastifyInstance): Promise<void> => {
    door.post('/actions/v1/session', { bodyLimit: mostBytes }, async (request) => {
      const question = sessionQuestion(request.body, 'session')
      try {
        return await open(question)
      } catch (error) {
        if (error instanceof KeysUnavailable) {
          const message =
            'the keys of the issuer cannot be read, so nobody can be told from anybody; try again'
          throw new Problem(503, 'UNAVAILABLE', message, { cause: error })
        }
        if (!(error instanceof NotThisJob)) throw error
        refused(error)
        throw new Problem(401, 'ACTIONS', `the token of the job was refused: ${error.message}`)
      }
    })
  }
}
