import { flag, integer, list, nullable, oneOf, open, type Parsed, text } from './shape.ts'

/** Where an operator asks how things stand; it answers to nothing but GET. */
export const statusPath = '/status/v1'

const request = open({
  id: text,
  repo: text,
  pr: integer,
  database: text,
  environment: text,
  state: text,
  /** Whether nothing more will come of it. */
  ended: flag,
  reason: text,
  /** What is to be done, and who can do it; empty where nothing is. */
  next: text,
  /** The request before it in the queue of its database and environment, and why that one stands there. */
  waits_for: nullable(open({ id: text, state: text, reason: text })),
  queue_ahead: integer,
  attempt: nullable(open({ n: integer, agent: text, since: text })),
  updated: text,
})

/** How things stand, for an operator. No SQL, no file name and no secret is in it. */
export const statusAnswer = open({
  v: oneOf('dbward.status.v1'),
  at: text,
  requests: list(request, 1_000),
  /** Those that are not among `requests`, as they are too many. */
  more: integer,
  queues: list(open({ repo: text, target: text, requests: list(text, 1_000) }), 1_000),
  agents: list(
    open({
      id: text,
      databases: list(text, 200),
      /** A job of GitHub Actions, which is there only while it runs. */
      job: flag,
      /** Null where it was never heard of. */
      seen: nullable(text),
      online: flag,
    }),
    1_000,
  ),
})
export type StatusAnswer = Parsed<typeof statusAnswer>
export type RequestStatus = StatusAnswer['requests'][number]
