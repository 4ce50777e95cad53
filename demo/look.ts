import type { Stage } from '../test/stage/stage.ts'
import { expect } from './timeline.ts'

/** What people see of a pull request on the demo's GitHub. */
export function look(stage: Stage) {
  const { ann } = stage.people

  async function check(ref: string, name: string) {
    const runs = await ann.checks(ref)
    return runs.find((one) => one.name === name && one.status === 'completed') ?? null
  }

  return {
    check,

    /** Waits until the gate of a pull request's head has this conclusion. */
    async gate(pr: number, conclusion: 'success' | 'failure' | 'action_required') {
      return stage.until(`dbward/gate of #${pr} to be ${conclusion}`, async () => {
        const found = await check(await ann.head(pr), 'dbward/gate')
        return found?.conclusion === conclusion && found
      })
    },

    /** Waits until the execution's check run on a merge commit has this conclusion. */
    async execution(mergeSha: string, conclusion: string, target = 'app@production') {
      const name = `dbward/execution: ${target}`
      return stage.until(`${name} to be ${conclusion}`, async () => {
        const found = await check(mergeSha, name)
        return found?.conclusion === conclusion && found
      })
    },

    /** The comments of our App on a pull request: the one that is kept up to date, and the results. */
    async comments(pr: number) {
      const own = (await ann.comments(pr)).filter((one) => one.user?.login === 'dbward[bot]')
      const isSticky = (body: string) => body.startsWith('<!-- dbward:comment:')
      const sticky = own.filter((one) => isSticky(one.body ?? ''))
      expect(sticky.length <= 1, `at most one comment that is kept up to date on #${pr}`, sticky.length)
      const results = own.filter((one) => !isSticky(one.body ?? '')).map((one) => one.body ?? '')
      return { sticky: sticky[0]?.body ?? null, results }
    },

    async ledger(): Promise<readonly string[]> {
      return (await stage.query('select path from dbward.ledger order by path')).map((row) =>
        String(row.path),
      )
    },

    async tables(): Promise<readonly string[]> {
      const sql = "select tablename from pg_tables where schemaname = 'public' order by tablename"
      return (await stage.query(sql)).map((row) => String(row.tablename))
    },
  }
}

export type Look = ReturnType<typeof look>

/** Lines of Markdown for a terminal: comments left out, long ones cut. */
export function readable(markdown: string, most = 110): readonly string[] {
  return markdown
    .split('\n')
    .filter((line) => !line.startsWith('<!--'))
    .map((line) => `| ${line.length > most ? `${line.slice(0, most)}…` : line}`)
}
