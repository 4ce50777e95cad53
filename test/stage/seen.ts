import type { AuditEntry } from '@dbward/protocol/log'
import Database from 'better-sqlite3'
import { expect } from 'vitest'
import type { Files, OddEntry, Person } from './person.ts'
import type { Stage } from './stage.ts'

type CheckRun = Awaited<ReturnType<Person['checks']>>[number]
export type Proposal = { readonly pr: number; readonly head: string }
/** A request as the server's store has it; columns that no test reads are left out. */
export type KeptRequest = {
  readonly id: string
  readonly db: string
  readonly env: string
  readonly state: string
  readonly reason_code: string | null
  readonly reason: string | null
  readonly attempts: number
  readonly authorization: string | null
}

/** What people see of a stage, what its server keeps, and what is in its databases. */
export function seen(it: Stage) {
  const ann = it.people.ann

  async function check(ref: string, name: string) {
    const own = (await ann.checks(ref)).filter((one) => one.name === name)
    // A check that is there twice would let the older answer stand beside the newer.
    expect(own.length, `${name} on ${ref}`).toBeLessThanOrEqual(1)
    return own[0] ?? null
  }

  async function sticky(pr: number) {
    const own = (await ann.comments(pr)).filter(
      ({ user, body }) => user?.login === 'dbward[bot]' && body?.startsWith('<!-- dbward:comment:'),
    )
    expect(own.length, `sticky comments of #${pr}`).toBeLessThanOrEqual(1)
    return own[0]?.body ?? null
  }

  function kept<T>(sql: string, ...values: readonly (string | number)[]): readonly T[] {
    const store = new Database(it.storePath, { readonly: true })
    try {
      return store.prepare(sql).all(...values) as readonly T[]
    } finally {
      store.close()
    }
  }

  /** Waits until something reads like this; says what it read like at last where it never does. */
  async function like<T>(
    what: string,
    text: RegExp,
    look: () => Promise<T | null>,
    read: (one: T) => string,
  ) {
    let last = 'nothing'
    const found = async () => {
      const one = await look()
      if (one !== null) last = read(one)
      return one !== null && text.test(read(one)) && one
    }
    try {
      return await it.until(`${what} to say ${text}`, found)
    } catch (cause) {
      throw new Error(`${what} says: ${last}`, { cause })
    }
  }

  const requests = (pr: number) => kept<KeptRequest>('select * from request where pr = ? order by id', pr)
  const entries = (pr: number) =>
    kept<{ entry: string }>('select entry from audit order by seq')
      .map((row) => JSON.parse(row.entry) as AuditEntry)
      .filter((one) => one.subject.pr === pr)
  const ledger = async (target?: string) =>
    (await it.query('select path from dbward.ledger order by started_at', target)).map((row) => row.path)

  return {
    check,
    sticky,
    kept,
    requests,
    entries,
    ledger,

    async propose(
      who: Person,
      branch: string,
      files: Files,
      options: {
        readonly base?: string
        readonly message?: string
        readonly odd?: readonly OddEntry[]
      } = {},
    ): Promise<Proposal> {
      const { base = 'main', ...rest } = options
      const head = await who.push(branch, files, { ...rest, from: base })
      return { pr: await who.open(branch, `Change ${branch}`, base), head }
    },

    /** The gate of the head, once its title is like this. */
    gate: (pr: number, title: RegExp) =>
      like(`the gate of #${pr}`, title, async () => check(await ann.head(pr), 'dbward/gate'), titleOf),
    review: (pr: number, title: RegExp) =>
      like(`the review of #${pr}`, title, async () => check(await ann.head(pr), 'dbward/review'), titleOf),
    execution: (sha: string, title: RegExp, target = 'app@production') =>
      like(`the execution on ${sha}`, title, () => check(sha, `dbward/execution: ${target}`), titleOf),
    comment: (pr: number, text: RegExp) =>
      like(
        `the comment of #${pr}`,
        text,
        () => sticky(pr),
        (body) => body,
      ),
    async request(pr: number, state: string, env = 'production') {
      return it.until(`#${pr} in ${env} to be ${state}`, async () =>
        requests(pr).find((one) => one.env === env && one.state === state),
      )
    },

    /** No agent was ever given anything of this pull request, nothing was signed for it, and no database knows of it. */
    async nothingRan(pr: number) {
      expect(requests(pr).map((one) => [one.attempts, one.authorization])).toEqual(
        requests(pr).map(() => [0, null]),
      )
      const types = entries(pr).map((one) => one.type)
      expect(types).not.toContain('authorization.signed')
      expect(types).not.toContain('attempt.leased')
      await nothingInDatabase(pr)
    },
    nothingInDatabase,

    /** GitHub has told everything, and the server has looked at all of it. */
    async quiet() {
      await it.github.webhooks.flush()
      await it.until('the server to have looked at everything', async () => {
        const [dirty] = kept<{ n: number }>('select count(*) as n from dirty')
        const [surface] = kept<{ n: number }>(
          'select count(*) as n from surface where posted_hash is not hash',
        )
        return dirty?.n === 0 && surface?.n === 0
      })
    },
  }

  async function nothingInDatabase(pr: number) {
    for (const { name } of it.targets) {
      expect(await it.query(`select path from dbward.ledger where pr = ${pr}`, name)).toEqual([])
      const told = `select jti from dbward.attempt where request like '%#${pr}:%'`
      expect(await it.query(told, name)).toEqual([])
    }
  }
}

function titleOf(run: CheckRun): string {
  return run.output.title ?? ''
}
