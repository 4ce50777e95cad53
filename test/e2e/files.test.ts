import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Files, OddEntry } from '../stage/person.ts'
import { seen } from '../stage/seen.ts'
import { type Stage, serverReady, stage } from '../stage/stage.ts'

let it_: Stage
let eye: ReturnType<typeof seen>
beforeAll(async () => {
  it_ = await stage({ sweepSeconds: 15 })
  eye = seen(it_)
  it_.server.start()
  await serverReady(it_)
  it_.agent.start()
})
afterAll(async () => it_?.stop())

type Odd = {
  readonly files?: Files
  readonly odd?: readonly OddEntry[]
  readonly title: RegExp
  readonly said: string
}
const path = 'db/migrate/10_odd.sql'
const sql = 'create table odd (id bigint primary key);\n'

const there = { 'db/migrate/2_there.sql': 'create table there (id bigint primary key);\n' }

it('a plain file goes through, so that what is refused below is refused for what it is', async () => {
  const { ann, bob } = it_.people
  const { pr } = await eye.propose(ann, 'plain', there)
  await bob.approve(pr)
  await eye.gate(pr, /^Ready to merge/)
  await eye.execution(await ann.merge(pr), /^applied/)
  expect(await eye.ledger()).toEqual(Object.keys(there))
})

/** What no agent may ever be given, and what people read about it. */
const refused: Readonly<Record<string, Odd>> = {
  'a symbolic link': {
    odd: [{ path, mode: '120000', content: '../../elsewhere.sql' }],
    title: /^1 file refused: symlink in 10_odd\.sql$/,
    said: 'is a symbolic link; put the SQL itself there',
  },
  'a symbolic link where the folder was': {
    files: { 'db/migrate/2_there.sql': null },
    odd: [{ path: 'db/migrate', mode: '120000', content: '../elsewhere' }],
    title: /^\d files? refused: symlink in migrate$/,
    said: 'is a symbolic link; put the SQL itself there',
  },
  'a submodule': {
    odd: [{ path, mode: '160000', content: 'a'.repeat(40) }],
    title: /^1 file refused: submodule in 10_odd\.sql$/,
    said: 'is a submodule; put the SQL itself there',
  },
  'a file that may be executed': {
    odd: [{ path, mode: '100755', content: sql }],
    title: /^1 file refused: not-a-file in 10_odd\.sql$/,
    said: 'has mode 100755; expected a plain file (100644)',
  },
  'an LFS pointer': {
    files: { [path]: 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n' },
    title: /^1 file refused: lfs-pointer in 10_odd\.sql$/,
    said: 'is a Git LFS pointer, so its SQL is not in the repository',
  },
  'a file of more than 1 MiB': {
    files: { [path]: `${sql}-- ${'x'.repeat(1024 * 1024)}\n` },
    title: /^1 file refused: too-large in 10_odd\.sql$/,
    // Seven digits may be a commit to GitHub, so they are broken where it would look for one.
    said: 'at most 104857&#8203;6 are judged',
  },
  'a name with a blank': {
    files: { 'db/migrate/10_od d.sql': sql },
    title: /^1 file refused: odd-path in 10_od d\.sql$/,
    said: 'has a name with characters other than letters, digits',
  },
  'a name with letters that look like others': {
    files: { 'db/migrate/10_оdd.sql': sql },
    title: /^1 file refused: odd-path/,
    said: 'has a name with characters other than letters, digits',
  },
  'names that differ by case only': {
    files: { [path]: sql, 'db/migrate/10_ODD.sql': sql },
    title: /^2 files refused: same-path-twice/,
    said: 'by case only',
  },
  'a version that is there': {
    files: { 'db/migrate/002_again.sql': sql },
    title: /^1 file refused: same-version-twice/,
    said: 'has the same version as db/migrate/2',
  },
  'a file that is not UTF-8': {
    files: { [path]: Buffer.from("insert into odd values ('\xe9');\n", 'latin1') },
    title: /^1 blocking finding in 1 file$/,
    said: 'This file is not UTF-8.',
  },
  'a file with a NUL': {
    files: { [path]: `${sql}\0drop table there;\n` },
    title: /^\d blocking findings? in 1 file$/,
    said: 'a NUL',
  },
  'a file with bidirectional controls': {
    files: { [path]: '-- \u202Eeht si siht\u202C\ncreate table odd (id bigint primary key);\n' },
    title: /^\d blocking findings? in 1 file$/,
    said: 'a bidirectional control',
  },
}

describe('a pull request is refused, and people read why, for', () => {
  it.each(Object.entries(refused))('%s', async (name, { files = {}, odd = [], title, said }) => {
    const { ann, bob } = it_.people
    const { pr } = await eye.propose(ann, name.replaceAll(' ', '-'), files, { odd })
    const gate = await eye.gate(pr, title)
    expect(gate.conclusion).toBe('failure')
    expect((await eye.review(pr, title)).conclusion).toBe('failure')
    expect(await eye.comment(pr, /🛑/)).toContain(said)
    await bob.approve(pr)
    await eye.quiet()
    expect((await eye.gate(pr, title)).conclusion).toBe('failure')
    await eye.nothingRan(pr)
    await ann.close(pr)
  })

  it('more files than GitHub shows to reviewers', async () => {
    const { ann } = it_.people
    const many = Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`notes/${i}.md`, `${i}\n`]))
    const { pr } = await eye.propose(ann, 'many', { ...many, [path]: sql })
    const gate = await eye.gate(pr, /^1 file refused: too-many-files in 10_odd\.sql$/)
    expect(gate.conclusion).toBe('failure')
    expect(gate.output.summary).toContain('changes 3001 files; GitHub shows reviewers at most 3000')
    await eye.nothingRan(pr)
    await ann.close(pr)
  })

  it('more migrations than are judged together', async () => {
    const { ann } = it_.people
    const many = Object.fromEntries(
      Array.from({ length: 201 }, (_, i) => [`db/migrate/${1_000 + i}_many.sql`, 'select 1;\n']),
    )
    const { pr } = await eye.propose(ann, 'many-migrations', many)
    const gate = await eye.gate(pr, /^1 file refused: too-many-files/)
    expect(gate.output.summary).toContain('has 201 governed files; at most 200 are judged together')
    await eye.nothingRan(pr)
    await ann.close(pr)
  })
})

describe('a file that was applied', () => {
  it.each([
    ['edited', { 'db/migrate/2_there.sql': 'create table there (id bigint primary key) ;\n' }],
    ['deleted', { 'db/migrate/2_there.sql': null }],
  ] as const)('cannot be %s', async (what, files) => {
    const { ann, bob } = it_.people
    const { pr } = await eye.propose(ann, what, files)
    const gate = await eye.gate(pr, /^1 file refused: changed-after-merge in 2_there\.sql$/)
    expect(gate.conclusion).toBe('failure')
    expect(gate.output.summary).toContain(`is ${what}, and it is on the base branch already`)
    await bob.approve(pr)
    await eye.quiet()
    expect((await eye.gate(pr, /^1 file refused/)).conclusion).toBe('failure')
    await eye.nothingRan(pr)
  })

  it.each([
    ['edited', 3, 'superseded'],
    // It brought nothing that could ever run, so there is nothing that another could run in its place.
    ['deleted', 4, 'held'],
  ] as const)('is held where it is %s by a merge, and is put back by another', async (what, next, end) => {
    const { ann, bob } = it_.people
    const listed = await ann.octokit.rest.pulls.list({ owner: 'acme', repo: 'shop', head: `acme:${what}` })
    const pr = listed.data[0]?.number ?? 0
    await eye.execution(await ann.merge(pr), /^held/)
    expect(await eye.comment(pr, /nothing has run/)).toContain('add a new migration instead')
    await eye.quiet()
    await eye.nothingRan(pr)

    const back = await eye.propose(ann, `${what}-back`, there)
    await bob.approve(back.pr)
    expect((await eye.gate(back.pr, /^Ready to merge/)).conclusion).toBe('success')
    const again = await eye.execution(await ann.merge(back.pr), /^was applied already/)
    expect(again.conclusion).toBe('success')
    expect(eye.requests(pr)).toMatchObject([{ state: end }])
    const file = { [`db/migrate/${next}_next.sql`]: `create table next_${next} (id bigint primary key);\n` }
    const after = await eye.propose(ann, `${what}-after`, file)
    await bob.approve(after.pr)
    await eye.gate(after.pr, /^Ready to merge/)
    await eye.execution(await ann.merge(after.pr), /^applied/)
  })
})

it('a merge of a refused file is held, and says so', async () => {
  const { ann, bob } = it_.people
  const odd = [{ path: 'db/migrate/30_link.sql', mode: '120000', content: '2_there.sql' }]
  const { pr } = await eye.propose(ann, 'link-merged', {}, { odd })
  await eye.gate(pr, /^1 file refused: symlink/)
  await bob.approve(pr)
  const sha = await ann.merge(pr)
  expect((await eye.execution(sha, /^held/)).conclusion).toBe('action_required')
  expect(await eye.comment(pr, /Merged, and nothing has run/)).toContain('is a symbolic link')
  await eye.quiet()
  expect(eye.requests(pr)).toMatchObject([{ state: 'held', reason_code: 'FILES_REFUSED' }])
  await eye.nothingRan(pr)
})
