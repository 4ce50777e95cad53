import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { nowhere } from './failure.ts'
import { failureOf, timedOut } from './postgres-error.ts'

function databaseError(fields: Partial<pg.DatabaseError>): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError('CANARY in the message', 1, 'error'), fields)
}

describe('a failure', () => {
  it('names what the server names in fields, and quotes nothing that it says', () => {
    const error = databaseError({
      code: '23505',
      detail: 'Key (email)=(CANARY) already exists.',
      hint: 'CANARY',
      where: 'CANARY',
      internalQuery: 'CANARY',
      table: 'users',
      constraint: 'users_email',
      position: '12',
    })
    const failure = failureOf(error, { file: 'db/1_a.sql', i: 3 })
    expect(failure).toEqual({
      class: 'sql',
      sqlstate: '23505',
      file: 'db/1_a.sql',
      i: 3,
      position: 12,
      message: 'a unique constraint is violated, table users, constraint users_email',
    })
  })

  it.each([
    ['55P03', 'lock_timeout', 'a lock was not free within the lock timeout'],
    ['57P01', 'connection', 'the database ended the session'],
    ['28P01', 'connection', 'the database refused to let the agent in'],
    ['22P05', 'sql', 'a value is not valid'],
    ['ZZ999', 'sql', 'the database refused the statement'],
  ])('of %s has its class and its sentence', (code, kind, message) => {
    expect(failureOf(databaseError({ code }), nowhere)).toMatchObject({
      class: kind,
      sqlstate: code,
      message,
    })
  })

  it('without an answer of the server is one of the connection, whatever its text', () => {
    const failure = failureOf(new Error('connect ECONNREFUSED postgres://a:CANARY@db'), nowhere)
    expect(failure).toMatchObject({ class: 'connection', message: 'the connection to the database was lost' })
  })

  it('by cancellation is a timeout only where the limit had passed', () => {
    const error = databaseError({ code: '57014' })
    expect(timedOut(error, 1_000, 1_000)).toBe('statement_timeout')
    expect(timedOut(error, 900, 1_000)).toBeNull()
    expect(timedOut(new Error('x'), 1_000, 1_000)).toBeNull()
  })
})
