import { ConfigError } from '@dbward/protocol/errors'
import type { GitHubParams, GitHubReader } from '@dbward/protocol/github'
import {
  closed,
  integer,
  list,
  nullable,
  oneOf,
  type Parsed,
  type Parser,
  text,
} from '@dbward/protocol/shape'

/** GitHub's answers about one pull request at one moment: whoever has them can judge it again, by any policy. */
export type Recorded = Parsed<typeof record>

const whatever: Parser<unknown> = (value) => value

const record = closed({
  v: oneOf('dbward.record.v1'),
  repo: text,
  pr: integer,
  at: text,
  answers: list(
    closed({ how: oneOf('one', 'all'), asked: text, status: nullable(integer), answer: whatever }),
    100_000,
  ),
})

/** Hands every question on, and keeps each answer, also "there is no such thing". */
export function recording(github: GitHubReader): {
  readonly reader: GitHubReader
  readonly answers: () => Recorded['answers']
} {
  const kept = new Map<string, Recorded['answers'][number]>()
  const hear =
    (how: 'one' | 'all') =>
    async (route: string, params: GitHubParams): Promise<unknown> => {
      const asked = question(route, params)
      try {
        const answer = await github[how](route, params)
        kept.set(`${how} ${asked}`, { how, asked, status: null, answer })
        return answer
      } catch (error) {
        const { status } = error as { readonly status?: unknown }
        if (typeof status === 'number') kept.set(`${how} ${asked}`, { how, asked, status, answer: null })
        throw error
      }
    }
  const reader = { one: hear('one'), all: hear('all') as GitHubReader['all'] }
  return { reader, answers: () => [...kept.values()] }
}

/** Answers as GitHub did then. What it was not asked then is not known, and so nothing is decided. */
export function replaying({ answers, at }: Recorded): GitHubReader {
  const known = new Map(answers.map((one) => [`${one.how} ${one.asked}`, one]))
  const say =
    (how: 'one' | 'all') =>
    async (route: string, params: GitHubParams): Promise<unknown> => {
      const asked = question(route, params)
      const found = known.get(`${how} ${asked}`)
      if (found === undefined) {
        throw new ConfigError([
          `the record of ${at} has no answer to ${asked}, which this policy asks for; record the pull request again, or use --pr`,
        ])
      }
      if (found.status === null) return found.answer
      throw Object.assign(new Error(`status ${found.status}`), { status: found.status })
    }
  return { one: say('one'), all: say('all') as GitHubReader['all'] }
}

export function parseRecord(source: string, name: string): Recorded {
  try {
    const found = record(JSON.parse(source), name)
    if (Number.isNaN(Date.parse(found.at))) throw new Error(`${name}.at: expected a time`)
    return found
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : 'no record'
    throw new ConfigError([`expected what dbward policy explain --record wrote, got another file: ${said}`], {
      cause,
    })
  }
}

function question(route: string, params: GitHubParams): string {
  return JSON.stringify([route, Object.entries(params).sort()])
}
