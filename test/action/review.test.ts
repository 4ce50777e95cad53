import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { openOrigin, policy } from './pull.ts'
import { openRunner, type Ran } from './runner.ts'

const origin = await openOrigin()
const runner = openRunner()
afterAll(() => {
  origin.close()
  runner.close()
})

const table = 'create table a (id bigint);\n'
const base = { '.dbward.yml': policy, 'db/migrate/1_a.sql': table }
const dropsColumn = { 'db/migrate/2_b.sql': 'alter table a drop column id;\n' }
const dropsTable = { 'db/migrate/2_b.sql': 'select 1;\ndrop table a;\n' }

type Pull = Awaited<ReturnType<typeof origin.pull>>

/** Runs on a pull request as actions/checkout leaves it: GitHub's merge, with so much history. */
async function onPull(pull: Pull, inputs: Readonly<Record<string, string>> = {}, depth = 2): Promise<Ran> {
  const workspace = await origin.checkout(pull.merge, depth)
  const event = { name: 'pull_request', payload: pull.payload }
  return runner.run({ workspace, event, sha: pull.merge, inputs })
}

const levels = (ran: Ran) =>
  ran.commands.map(({ name, properties }) => [name, properties.file, properties.line])

test('the runner starts it with Node 24', () => expect(runner.using).toBe('node24'))

describe('a pull request', () => {
  test.each([2, 0])('with a blocking finding, checked out with depth %i', async (depth) => {
    const ran = await onPull(await origin.pull(base, dropsTable), {}, depth)
    expect(ran.code, ran.log).toBe(1)
    expect(ran.commands).toEqual([
      {
        name: 'error',
        properties: {
          file: 'db/migrate/2_b.sql',
          line: '2',
          endLine: '2',
          col: '1',
          endColumn: '13',
          title: 'drop-table',
        },
        text: expect.stringContaining('(app@staging, app@production)'),
      },
    ])
    expect(ran.outputs).toEqual({
      ...{ findings: '1', blocking: '1', warnings: '0', notes: '0', allowed: '0' },
      'sarif-file': '',
    })
    expect(ran.summary).toMatch(/^### dbward: 1 blocking finding, 0 warnings\n/)
    expect(ran.summary).toContain('`drop-table` in `db/migrate/2_b.sql:2`')
  })

  test('with nothing to say against it', async () => {
    const ran = await onPull(await origin.pull(base, { 'db/migrate/2_b.sql': 'create table b (id int);\n' }))
    expect(ran).toMatchObject({ code: 0, commands: [] })
    expect(ran.summary).toContain('1 file, nothing found')
  })

  test('without governed SQL', async () => {
    const ran = await onPull(await origin.pull(base, { 'other/x.sql': 'drop table a;' }))
    expect(ran).toMatchObject({ code: 0, commands: [], outputs: { findings: '0' } })
    expect(ran.summary).toContain('no governed SQL')
  })

  test('is only what it brings, and not what came onto the base meanwhile', async () => {
    const later = { 'db/migrate/3_c.sql': 'drop table a;\n' }
    const ran = await onPull(await origin.pull(base, dropsColumn, later))
    expect(levels(ran)).toEqual([['warning', 'db/migrate/2_b.sql', '1']])
  })

  test('whose head is checked out, is compared with where it began', async () => {
    const pull = await origin.pull(base, dropsColumn, { 'db/migrate/3_c.sql': 'drop table a;\n' })
    const job = { event: { name: 'pull_request', payload: pull.payload }, sha: pull.merge }
    const ran = await runner.run({ ...job, workspace: await origin.checkout(pull.head, 0) })
    expect(ran.code, ran.log).toBe(0)
    expect(levels(ran)).toEqual([['warning', 'db/migrate/2_b.sql', '1']])
    const cut = await runner.run({ ...job, workspace: await origin.checkout(pull.head, 1) })
    expect(cut).toMatchObject({ code: 7, commands: [{ name: 'error' }] })
    expect(cut.log).toContain('fetch-depth: 0')
  })

  test('without the history that it needs is no pass', async () => {
    const ran = await onPull(await origin.pull(base, dropsTable), { 'fail-on': 'never' }, 1)
    expect(ran.code).toBe(7)
    expect(ran.log).toContain('fetch-depth: 2')
  })

  test('that is not what is checked out is no pass', async () => {
    const pull = await origin.pull(base, dropsTable)
    const event = { name: 'pull_request_target', payload: pull.payload }
    const ran = await runner.run({ workspace: await origin.checkout(pull.base, 0), event, sha: pull.base })
    expect(ran.code).toBe(7)
    expect(ran.log).toContain(`expected the pull request's head ${pull.head}`)
  })

  test('edits or deletes what is on the base branch: a warning, as only a ledger knows whether it ran', async () => {
    const before = { ...base, 'db/migrate/2_b.sql': table.replace(' a ', ' b ') }
    const pull = await origin.pull(before, {
      'db/migrate/1_a.sql': null,
      'db/migrate/2_b.sql': 'select 1;\n',
    })
    const ran = await onPull(pull)
    expect(ran.code).toBe(0)
    expect(ran.commands.map((one) => one.properties.title)).toEqual([
      'changed-after-merge',
      'changed-after-merge',
    ])
  })
})

test('what a comment allows is a notice, is listed with its reason, and fails nothing', async () => {
  const sql = '-- dbward: allow drop-table: nobody ::asks\ndrop table a;\n'
  const pull = await origin.pull(base, { 'db/migrate/2_b.sql': sql })
  const ran = await onPull(pull, { 'fail-on': 'warn' })
  expect(ran.code, ran.log).toBe(0)
  expect(levels(ran)).toEqual([['notice', 'db/migrate/2_b.sql', '2']])
  expect(ran.outputs).toMatchObject({ findings: '0', notes: '0', allowed: '1' })
  expect(ran.summary).toContain('To approve this change is to accept each of them')
  expect(ran.log).toContain('1 file, nothing found, 1 allowed by comments')
  const never = policy.replace(
    'workflows:',
    'review:\n  - { environment: production, never_allow: [drop-table] }\nworkflows:',
  )
  const refused = await onPull(
    await origin.pull({ ...base, '.dbward.yml': never }, { 'db/migrate/2_b.sql': sql }),
  )
  expect(refused.code).toBe(1)
  expect(refused.commands.find((one) => one.properties.title === 'drop-table')?.text).toMatch(
    /\(app@production\)$/,
  )
})

describe('fail-on', () => {
  test.each([
    ['block', dropsTable, 1],
    ['block', dropsColumn, 0],
    ['warn', dropsColumn, 1],
    ['never', dropsTable, 0],
  ])('%s', async (level, change, code) => {
    const ran = await onPull(await origin.pull(base, change), { 'fail-on': level })
    expect(ran.code, ran.log).toBe(code)
    expect(ran.outputs.findings).toBe('1')
  })
})

describe('the policy', () => {
  const scoped = policy.replace(
    'workflows:',
    'review:\n  - { environment: staging, rules: { drop-column: "off" } }\n  - { environment: production, rules: { drop-column: block } }\nworkflows:',
  )
  const lax = policy.replace('workflows:', 'review:\n  - { rules: { drop-table: "off" } }\nworkflows:')

  test('counts at its strictest, and says where', async () => {
    const ran = await onPull(await origin.pull({ ...base, '.dbward.yml': scoped }, dropsColumn))
    expect(ran.code).toBe(1)
    expect(ran.commands[0]?.text).toMatch(/\(app@production\)$/)
  })

  test('that the pull request changes does not judge it', async () => {
    const ran = await onPull(await origin.pull(base, { ...dropsTable, '.dbward.yml': lax }))
    expect(ran.code).toBe(1)
    expect(levels(ran)).toEqual([['error', 'db/migrate/2_b.sql', '2']])
    expect(ran.summary).toContain('This change changes the policy: that counts once it is merged')
  })

  test('that the pull request breaks is a blocking finding at its line', async () => {
    const ran = await onPull(await origin.pull(base, { '.dbward.yml': policy.replace('postgres', 'oracle') }))
    expect(ran.code).toBe(1)
    expect(levels(ran)).toEqual([['error', '.dbward.yml', '4']])
  })

  test('of the base that is broken is no pass, whatever the pull request does', async () => {
    const broken = { ...base, '.dbward.yml': policy.replace('version: 1', 'version: 2') }
    const ran = await onPull(await origin.pull(broken, { ...dropsTable, '.dbward.yml': policy }), {
      'fail-on': 'never',
    })
    expect(ran.code).toBe(7)
    expect(ran.log).toContain('.dbward.yml:1:10: version must be 1')
  })

  test('is not there: nothing is governed', async () => {
    const ran = await onPull(await origin.pull({}, dropsTable))
    expect(ran).toMatchObject({ code: 0, commands: [], outputs: { findings: '0' } })
    expect(ran.summary).toContain('There is no policy')
  })

  test('that the pull request adds is checked, and governs later', async () => {
    const ran = await onPull(await origin.pull({}, { ...dropsTable, '.dbward.yml': policy }))
    expect(ran).toMatchObject({ code: 0, commands: [] })
    expect(ran.summary).toContain('This change adds the policy')
    const bad = await onPull(await origin.pull({}, { '.dbward.yml': 'version: 3\n' }))
    expect(bad.code).toBe(1)
  })

  test('may lie elsewhere', async () => {
    const elsewhere = { 'ops/policy.yml': policy, 'db/migrate/1_a.sql': table }
    const inputs = { policy: 'ops/policy.yml' }
    const ran = await onPull(await origin.pull(elsewhere, { ...dropsTable, 'ops/policy.yml': lax }), inputs)
    expect(ran.code).toBe(1)
    expect(levels(ran)).toEqual([['error', 'db/migrate/2_b.sql', '2']])
    expect(ran.summary).toContain('This change changes the policy')
    const typo = await onPull(await origin.pull(elsewhere, dropsTable), { policy: 'ops/polcy.yml' })
    expect(typo.code, 'a name that is not there would pass everything').toBe(2)
  })

  test('is not taken from a merge that the author made', async () => {
    const pull = await origin.pull(base, dropsTable)
    const laxBase = await origin.commit(pull.base, { '.dbward.yml': lax })
    const forged = await origin.merge(laxBase, pull.head)
    // The author pushes a merge of their own, so that it is the head; and a workflow that checks it out.
    const payload = { pull_request: { head: { sha: forged }, base: { sha: pull.base, ref: 'main' } } }
    const workspace = await origin.checkout(forged, 0)
    const ran = await runner.run({ workspace, event: { name: 'pull_request', payload }, sha: pull.merge })
    expect(ran.code, ran.log).toBe(1)
    // A merge that looks like GitHub's and is not the commit that the run is for.
    const other = await runner.run({
      workspace,
      event: { name: 'pull_request', payload: pull.payload },
      sha: pull.merge,
    })
    expect(other.code, other.log).toBe(1)
  })
})

describe.each(['mysql', 'mariadb'])('a database of %s', (engine) => {
  const other = { ...base, '.dbward.yml': policy.replace('postgres', engine).replace('"16"', '"10.11"') }

  test('is reviewed as such', async () => {
    const sql = 'alter table `a` add column `b` int;\ndrop table `a`;\n'
    const ran = await onPull(await origin.pull(other, { 'db/migrate/2_b.sql': sql }))
    expect(ran.code, ran.log).toBe(1)
    expect(ran.commands.map((one) => one.properties.title)).toContain('drop-table')
    expect(ran.commands.map((one) => one.properties.title)).not.toContain('unparsed')
  })
})

describe('other events', () => {
  test('a merge queue group', async () => {
    const pull = await origin.pull(base, dropsTable)
    const payload = { merge_group: { head_sha: pull.merge, base_sha: pull.base } }
    const workspace = await origin.checkout(pull.merge, 0)
    const job = { workspace, sha: pull.merge }
    expect((await runner.run({ ...job, event: { name: 'merge_group', payload } })).code).toBe(1)
    const wrong = { merge_group: { head_sha: pull.head, base_sha: pull.base } }
    expect((await runner.run({ ...job, event: { name: 'merge_group', payload: wrong } })).code).toBe(7)
  })

  test('a push', async () => {
    const pull = await origin.pull(base, dropsTable)
    const workspace = await origin.checkout(pull.merge, 0)
    const repository = { default_branch: 'main' }
    const push = (before: string, ref = 'refs/heads/main') => ({
      name: 'push',
      payload: { before, after: pull.merge, ref, repository },
    })
    const job = { workspace, sha: pull.merge }
    expect((await runner.run({ ...job, event: push(pull.base) })).code).toBe(1)
    const fresh = await runner.run({ ...job, event: push('0'.repeat(40)) })
    expect(fresh.code).toBe(2)
    expect(fresh.log).toContain('set the input "base"')
    const named = await runner.run({ ...job, event: push('0'.repeat(40)), inputs: { base: 'main' } })
    expect(named.code, named.log).toBe(1)
    // What was pushed there before is its author's, the policy in it too.
    const own = await runner.run({ ...job, event: push(pull.base, 'refs/heads/feature') })
    expect([own.code, own.log]).toEqual([2, expect.stringContaining('set the input "base"')])
    const judged = await runner.run({
      ...job,
      event: push(pull.base, 'refs/heads/feature'),
      inputs: { base: 'main' },
    })
    expect(judged.code, judged.log).toBe(1)
  })

  test('one that says nothing about a base asks for it', async () => {
    const pull = await origin.pull(base, dropsTable)
    const event = { name: 'workflow_dispatch', payload: { inputs: {} } }
    const job = { workspace: await origin.checkout(pull.merge, 0), sha: pull.merge, event }
    expect((await runner.run(job)).code).toBe(2)
    expect((await runner.run({ ...job, inputs: { base: pull.base } })).code).toBe(1)
    expect((await runner.run({ ...job, inputs: { base: 'nope' } })).code).toBe(7)
    expect((await runner.run({ ...job, inputs: { base: '--output=x' } })).code).toBe(2)
  })
})

describe('many findings', () => {
  test('ten of each level are shown, what blocks first, and the rest is counted', async () => {
    const lines = Array.from({ length: 60 }, (_, i) =>
      i % 2 === 0 ? `drop view v${i};` : `drop table t${i};`,
    )
    const ran = await onPull(await origin.pull(base, { 'db/migrate/2_b.sql': `${lines.join('\n')}\n` }))
    const of = (name: string) => ran.commands.filter((one) => one.name === name)
    expect([of('error').length, of('warning').length, of('notice').length]).toEqual([10, 10, 1])
    expect(of('notice')[0]?.text).toContain("40 more findings are in the job's summary")
    expect(ran.outputs).toMatchObject({ findings: '60', blocking: '30', warnings: '30' })
    expect(ran.summary.match(/^- /gm)).toHaveLength(60)
  })

  test('no annotation where none is wanted', async () => {
    const ran = await onPull(await origin.pull(base, dropsTable), { annotations: 'false' })
    expect(ran).toMatchObject({ code: 1, commands: [], outputs: { blocking: '1' } })
  })

  test('a summary that GitHub would not take is cut with a count', async () => {
    const name = `n${'ä'.repeat(28)}`
    const lines = Array.from({ length: 4_900 }, (_, i) => `drop table "${name}${i}";`)
    const ran = await onPull(await origin.pull(base, { 'db/migrate/2_b.sql': lines.join('\n') }))
    expect(ran.code, ran.log.slice(0, 2_000)).toBe(1)
    expect(Buffer.byteLength(ran.summary)).toBeLessThan(1024 * 1024)
    expect(ran.summary).toMatch(/…and [\d]+ more\./)
    expect(ran.outputs.findings).toBe('4900')
  })
})

describe('what a stranger may try', () => {
  test('no file name and no SQL makes a workflow command, or gets out of the summary', async () => {
    const names = [
      'db/migrate/2_::set-output name=x::1%0A::add-mask::y.sql',
      'db/migrate/3_\n::stop-commands::z.sql',
      'db/migrate/4_##[set-env name=X]1.sql',
      'db/migrate/5_|`\r::warning::a.sql',
    ]
    const sql = 'drop table "x\n::add-mask::b%0A::error::c\r##[error]d`</details>@octocat | ";\n'
    const files = Object.fromEntries(names.map((name) => [name, sql]))
    const ran = await onPull(await origin.pull(base, { ...files, 'db/migrate/6_b.sql': sql }))
    expect(ran.code, ran.log).toBe(1)
    const kinds = [...new Set(ran.commands.map((one) => one.name))]
    expect(kinds).toEqual(['error'])
    // One for each odd name; and the SQL in the last has a lone CR besides what it does.
    expect(ran.commands).toHaveLength(6)
    expect(ran.log).not.toMatch(/##\[/)
    expect(ran.summary).not.toMatch(/^::|^\s*##\[/m)
    expect(ran.summary).not.toMatch(/(?<![`\w|"'\u200b]) ?@octocat\b(?!.*`)/)
    expect(Object.keys(ran.outputs).sort()).toEqual([
      'allowed',
      'blocking',
      'findings',
      'notes',
      'sarif-file',
      'warnings',
    ])
  })

  test('what is no plain file is refused: links, pointers, large files, odd names', async () => {
    const pull = await origin.pull(base, {
      'db/migrate/2_b.sql': { link: '1_a.sql' },
      'db/migrate/3_c.sql': 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n',
      'db/migrate/4_d.sql': 'x'.repeat(1024 * 1024 + 1),
      'db/migrate/5_ä.sql': 'select 1;\n',
      'db/migrate/6_f.sql': new Uint8Array([0x73, 0xff, 0x00]),
    })
    const ran = await onPull(pull)
    expect(ran.code).toBe(1)
    expect(ran.commands.map((one) => one.properties.title)).toEqual([
      'symlink',
      'lfs-pointer',
      'too-large',
      'odd-path',
      'unparsed',
    ])
  })

  test('more files than are judged together', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 201 }, (_, i) => [`db/migrate/${i + 2}_b.sql`, 'select 1;\n']),
    )
    const ran = await onPull(await origin.pull(base, many))
    expect(ran.code).toBe(1)
    expect(ran.commands.map((one) => one.properties.title)).toEqual(['too-many-files'])
  })

  test('a submodule or a link in the place of the folder', async () => {
    const pull = await origin.pull(base, {})
    await origin.at('checkout', '--quiet', '--force', '--detach', pull.base)
    await origin.at('rm', '-rq', '--cached', 'db')
    await origin.at('update-index', '--add', '--cacheinfo', `160000,${pull.base},db/migrate`)
    await origin.at('commit', '--quiet', '--message=submodule')
    const head = (await origin.at('rev-parse', 'HEAD')).trim()
    const payload = { pull_request: { head: { sha: head }, base: { sha: pull.base, ref: 'main' } } }
    const workspace = await origin.checkout(head, 0)
    const ran = await runner.run({ workspace, event: { name: 'pull_request', payload }, sha: head })
    expect(ran.code, ran.log).toBe(1)
    expect(ran.commands.find((one) => one.name === 'error')?.properties.title).toBe('submodule')
  })

  test('two names that are no UTF-8 are never taken for one', async () => {
    const pull = await origin.pull(base, {})
    const tree = async (names: readonly number[][]) => {
      const blob = (await origin.at('rev-parse', `${pull.base}:db/migrate/1_a.sql`)).trim()
      const entries = names.map((name) =>
        Buffer.concat([Buffer.from(`100644 blob ${blob}\t5_`), Buffer.from(name), Buffer.from('.sql\0')]),
      )
      return origin.tree(Buffer.concat(entries))
    }
    const before = await origin.commitTree(await tree([[0xff]]), pull.base)
    const head = await origin.commitTree(await tree([[0xfe], [0xff]]), before)
    const payload = { pull_request: { head: { sha: head }, base: { sha: before, ref: 'main' } } }
    const ran = await runner.run({
      workspace: await origin.checkout(head, 0),
      event: { name: 'pull_request', payload },
      sha: head,
    })
    expect(ran.code, ran.log).toBe(1)
    expect(ran.commands.map((one) => one.properties.title)).toEqual(['odd-path'])
  })

  test('the configuration and the environment of git change nothing and start nothing', async () => {
    const attributes = { '.gitattributes': '*.sql filter=evil diff=evil text eol=crlf\n' }
    const pull = await origin.pull(base, { ...dropsTable, ...attributes })
    const workspace = await origin.checkout(pull.merge, 2)
    const proof = join(runner.folder, 'started')
    const program = join(runner.folder, 'program.sh')
    writeFileSync(program, `#!/bin/sh\necho x > ${proof}\n`, { mode: 0o755 })
    writeFileSync(
      join(workspace, '.git', 'config'),
      `[core]\n\trepositoryformatversion = 0\n\tfsmonitor = ${program}\n\thooksPath = ${runner.folder}\n\tpager = ${program}\n\tsshCommand = ${program}\n[filter "evil"]\n\tclean = ${program}\n\tsmudge = ${program}\n[diff "evil"]\n\ttextconv = ${program}\n`,
    )
    // In a container job the checkout belongs to another user than the one who reads it.
    if (process.getuid?.() === 0) execFileSync('chown', ['-R', '65534', workspace])
    const ran = await runner.run({
      workspace,
      event: { name: 'pull_request', payload: pull.payload },
      sha: pull.merge,
      env: { GIT_DIR: '/nonexistent', GIT_EXTERNAL_DIFF: program, GIT_OBJECT_DIRECTORY: '/nonexistent' },
    })
    expect(ran.code, ran.log).toBe(1)
    expect(() => readFileSync(proof)).toThrow(/ENOENT/)
  })

  test('a fork’s pull request needs no secret and no token', async () => {
    const pull = await origin.pull(base, dropsTable)
    const { pull_request: about } = pull.payload as { pull_request: { head: object } }
    const payload = { pull_request: { ...about, head: { ...about.head, repo: { fork: true } } } }
    const workspace = await origin.checkout(pull.merge, 2)
    const ran = await runner.run({ workspace, event: { name: 'pull_request', payload }, sha: pull.merge })
    expect(ran.code).toBe(1)
    expect(ran.log).not.toMatch(/token/i)
  })
})

describe('sarif-file', () => {
  test('has what was found, with the rules', async () => {
    const pull = await origin.pull(base, { ...dropsTable, 'db/migrate/5 x.sql': 'select 1;\n' })
    const workspace = await origin.checkout(pull.merge, 2)
    const event = { name: 'pull_request', payload: pull.payload }
    const ran = await runner.run({
      workspace,
      event,
      sha: pull.merge,
      inputs: { 'sarif-file': 'dbward.sarif' },
    })
    expect(ran.outputs['sarif-file']).toBe('dbward.sarif')
    const written = JSON.parse(readFileSync(join(workspace, 'dbward.sarif'), 'utf8'))
    expect(written.version).toBe('2.1.0')
    const { results, tool } = written.runs[0]
    expect(results.map((one: { ruleId: string }) => one.ruleId)).toEqual(['drop-table', 'odd-path'])
    expect(results[1].locations[0].physicalLocation.artifactLocation.uri).toBe('db/migrate/5%20x.sql')
    expect(tool.driver.rules[results[0].ruleIndex].id).toBe('drop-table')
  })

  test.each([
    ['../x.sarif', 'a path that leads out of it'],
    ['/etc/x.sarif', 'a path that leads out of it'],
    ['none/x.sarif', 'no such folder'],
    ['out.sarif', 'something there that is no file'],
    ['linked/x.sarif', 'a symbolic link that leads out of it'],
    ['db', 'something there that is no file'],
  ])('%s is refused before anything is written', async (name, why) => {
    const pull = await origin.pull(base, {
      ...dropsTable,
      'out.sarif': { link: '/etc/passwd' },
      linked: { link: '/' },
    })
    const ran = await onPull(pull, { 'sarif-file': name })
    expect(ran.code, ran.log).toBe(2)
    expect(ran.log).toContain(why)
  })
})

describe('what is wrong with the step', () => {
  test('inputs', async () => {
    const ran = await onPull(await origin.pull(base, dropsTable), {
      'fail-on': 'error',
      annotations: 'yes',
      policy: '../x',
    })
    expect(ran.code).toBe(2)
    for (const name of ['fail-on', 'annotations', 'policy']) expect(ran.log).toContain(`${name}: expected`)
  })

  test('a mode that there is none of', async () => {
    expect((await onPull(await origin.pull(base, dropsTable), { mode: 'apply' })).code).toBe(2)
  })

  test('a runner without git', async () => {
    const pull = await origin.pull(base, dropsTable)
    const ran = await runner.run({
      workspace: await origin.checkout(pull.merge, 2),
      event: { name: 'pull_request', payload: pull.payload },
      sha: pull.merge,
      env: { PATH: '/nonexistent' },
    })
    expect(ran.code).toBe(7)
    expect(ran.log).toContain('expected git on the PATH')
  })

  test('a run that is cancelled ends at once, and as no pass', async () => {
    const pull = await origin.pull(base, dropsTable)
    const [slow, begun] = [join(runner.folder, 'slow'), join(runner.folder, 'begun')]
    mkdirSync(slow)
    const script = `#!/bin/sh\necho x > ${begun}\nexec /bin/sleep 100\n`
    writeFileSync(join(slow, 'git'), script, { mode: 0o755 })
    const ran = await runner.run({
      workspace: await origin.checkout(pull.merge, 2),
      event: { name: 'pull_request', payload: pull.payload },
      sha: pull.merge,
      env: { PATH: slow },
      cancelAt: begun,
    })
    expect(ran.code, ran.log).toBe(7)
    expect(ran.log).toContain('the run was cancelled')
  })

  test('no checkout', async () => {
    const ran = await runner.run({
      workspace: runner.folder,
      event: { name: 'push', payload: {} },
      sha: '0'.repeat(40),
    })
    expect(ran.code).toBe(7)
    expect(ran.log).toContain('run actions/checkout before this step')
  })

  test('a checkout whose .git is a link elsewhere is read where it is, and an event that is none is no pass', async () => {
    const pull = await origin.pull(base, dropsTable)
    const workspace = await origin.checkout(pull.merge, 2)
    const ran = await runner.run({ workspace, event: { name: 'pull_request', payload: {} }, sha: pull.merge })
    expect(ran.code).toBe(7)
    expect(ran.log).toContain("the runner's event cannot be read")
    symlinkSync(workspace, join(runner.folder, 'linked-workspace'))
    const linked = join(runner.folder, 'linked-workspace')
    const event = { name: 'pull_request', payload: pull.payload }
    expect((await runner.run({ workspace: linked, event, sha: pull.merge })).code).toBe(1)
  })
})
