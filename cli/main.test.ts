import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { createProgram } from './program.ts'
import { dbward, folder } from './testing.ts'
import { realWorld } from './world.ts'

const program = createProgram(realWorld(), () => undefined)
const commands = [program, ...below(program)]

test('the program says its version', async () => {
  expect(await dbward(['--version'])).toEqual({ code: 0, out: '0.1.0\n', err: '' })
})

test('an unknown command exits with 2 and names the one that was meant', async () => {
  const { code, out, err } = await dbward(['reveiw'])
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toMatch(/dbward: unknown command 'reveiw'[\s\S]*review/)
})

test('an old Node is told apart in one sentence', async () => {
  const old =
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })"
  const { code, out, err } = await dbward(['--version'], {
    node: ['--import', `data:text/javascript,${encodeURIComponent(old)}`],
  })
  expect({ code, out }).toEqual({ code: 78, out: '' })
  expect(err).toBe('dbward: expected Node 24 or later, got 20.20.2; install Node 24\n')
})

describe('--help', () => {
  test.each(commands.map((one) => [path(one), one] as const))('%s', async (_name, command) => {
    let shown = ''
    command.configureOutput({ writeOut: (text) => (shown += text) })
    command.outputHelp()
    expect(command.description().length).toBeGreaterThan(10)
    expect(shown).toContain('Usage: dbward')
    if (command.commands.length === 0) expect(shown).toMatch(/Examples:\n {2}\$ dbward /)
  })

  test('reaches the real program', async () => {
    const { code, out } = await dbward(['audit', 'verify', '--help'])
    expect(code).toBe(0)
    expect(out).toMatch(/Exit codes: 0 ok, 3 broken-link, 4 bad-signature, 5 truncated, 6 gap, 7 fork/)
  })
})

describe('policy check', () => {
  test('a valid policy exits with 0 and says who approves what', async () => {
    const cwd = folder()
    writeFileSync(join(cwd, '.dbward.yml'), policy)
    expect(await dbward(['policy', 'check'], { cwd })).toEqual({
      code: 0,
      out: '.dbward.yml: valid\n  app@staging: refused, as no workflow matches\n  app@production: 2 from team acme/dba and 1 from role admin\n',
      err: '',
    })
  })

  test('names code owners', async () => {
    const cwd = folder()
    writeFileSync(join(cwd, 'p.yml'), policy.replace('{ role: admin }', '{ codeowners: true }'))
    const { out } = await dbward(['policy', 'check', 'p.yml'], { cwd })
    expect(out).toContain('2 from team acme/dba and 1 from the code owners of each file\n')
  })

  test('says what nobody is asked for', async () => {
    const cwd = folder()
    const say = async (auto: string) => {
      writeFileSync(
        join(cwd, 'p.yml'),
        policy.replace('environment: production,', `$& auto_approve: ${auto},`),
      )
      return (await dbward(['policy', 'check', 'p.yml'], { cwd })).out
    }
    expect(await say('{ risk: low }')).toContain(
      'app@production: nobody up to the risk low, else 2 from team acme/dba',
    )
    expect(await say('always')).toContain(
      'app@production: nobody, as auto_approve says; else 2 from team acme/dba',
    )
  })

  test('a problem exits with 1 and has its line and column', async () => {
    const cwd = folder()
    writeFileSync(join(cwd, 'p.yml'), policy.replace('steps:', 'stepz:'))
    const { code, out } = await dbward(['policy', 'check', 'p.yml'], { cwd })
    expect(code).toBe(1)
    expect(out).toMatch(/^p\.yml:7:56: unknown key stepz in a workflow; known are /)
    const { out: json } = await dbward(['policy', 'check', 'p.yml', '--json'], { cwd })
    expect(JSON.parse(json)).toMatchObject({ ok: false, problems: [{ line: 7, column: 56 }] })
  })
})

const policy = `version: 1
databases:
  app:
    engine: postgres
    migrations: db/migrate/*.sql
    environments: [staging, production]
workflows: [ { database: app, environment: production, steps: [ { approvers: [ { team: acme/dba, min: 2 }, { role: admin } ] } ] } ]
`

function below(command: Command): readonly Command[] {
  return command.commands.flatMap((one) => [one, ...below(one)])
}

function path(command: Command): string {
  return command.parent === null ? command.name() : `${path(command.parent)} ${command.name()}`
}
