import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readConfig } from './config.ts'

const folder = mkdtempSync(join(tmpdir(), 'dbward-config-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const token = `dba_agent-1_${'a'.repeat(43)}`
const [main, second] = ['mysql://m:CANARY@localhost/app', 'mysql://p:CANARY@localhost/dbward']

describe('the addresses of a database', () => {
  it('are two on MySQL and MariaDB, and one on PostgreSQL', () => {
    for (const engine of ['mysql', 'mariadb']) {
      const { databases, urls, progressUrls } = read(
        { engine, progress: true },
        { MAIN: main, SECOND: second },
      )
      const [target] = databases
      expect(target === undefined ? null : [urls.get(target), progressUrls.get(target)]).toEqual([
        main,
        second,
      ])
    }
    const { progressUrls } = read({ engine: 'postgres', progress: false }, { MAIN: 'postgres://a@b/c' })
    expect(progressUrls.size).toBe(0)
  })

  const wrong: readonly (readonly [{ engine: string; progress: boolean }, Record<string, string>, string])[] =
    [
      [{ engine: 'mysql', progress: false }, { MAIN: main }, 'needs progress_url_env'],
      [
        { engine: 'postgres', progress: true },
        { MAIN: 'postgres://a@b/c', SECOND: second },
        'must not have progress_url_env',
      ],
      [{ engine: 'mysql', progress: true }, { MAIN: main }, 'SECOND: expected an address'],
      [
        { engine: 'mysql', progress: true },
        { MAIN: 'postgres://a:CANARY@b/c', SECOND: second },
        'begin with mysql://',
      ],
      [{ engine: 'postgres', progress: false }, { MAIN: main }, 'postgres://...'],
      [
        { engine: 'mariadb', progress: true },
        { MAIN: `${main}?multipleStatements=true`, SECOND: second },
        'another option',
      ],
    ]
  for (const [what, env, why] of wrong) {
    it(`are refused: ${why}`, () => {
      expect(() => read(what, env)).toThrow(why)
      expect(() => read(what, env)).not.toThrow('CANARY')
    })
  }
})

function read(
  { engine, progress }: { engine: string; progress: boolean },
  env: Readonly<Record<string, string>>,
) {
  const path = join(folder, 'agent.yml')
  writeFileSync(
    path,
    `agent: { id: agent-1, key: k, spool: s }
server: { url: https://dbward.example.com }
github: { app_id: 1, private_key: k }
trust: { bundle: b, roots: [r], threshold: 1 }
databases:
  - { repository: acme/app, repository_id: 1, branches: [main], database: app, environment: production,
      engine: ${engine}, url_env: MAIN${progress ? ', progress_url_env: SECOND' : ''} }
`,
  )
  return readConfig(path, { DBWARD_AGENT_TOKEN: token, ...env })
}
