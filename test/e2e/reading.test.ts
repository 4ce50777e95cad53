import { createGitHub } from '@dbward/agent/github'
import { readChange } from '@dbward/protocol/snapshot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { examplePolicy, rules, type Setting, setting } from '../stage/setting.ts'

let s: Setting
beforeAll(async () => {
  s = await setting({ files: { 'db/migrate/1_first.sql': 'create table first (id int);\n' } })
})
afterAll(async () => s.github.close())

async function read(pr: number) {
  const reader = await createGitHub({
    apiUrl: s.github.url,
    appId: s.agentApp.id,
    privateKey: s.agentApp.privateKey,
  })(s.repo.fullName)
  return readChange(reader, s.repo.fullName, pr, rules)
}

const migration = (name: string) => ({ [`db/migrate/${name}.sql`]: `create table t_${name} (id int);\n` })

describe('a change as the agent reads it', () => {
  it.each(['merge', 'squash', 'rebase'] as const)('is the same before and after a %s', async (method) => {
    const { ann, bob } = s.people
    const branch = `by-${method}`
    const name = { merge: '10_a', squash: '11_b', rebase: '12_c' }[method]
    await ann.push(branch, migration(name))
    await ann.push(branch, { 'notes.md': method })
    const pr = await ann.open(branch, `Add ${name}`)
    await bob.approve(pr, 'fine')
    const open = await read(pr)
    expect(open.facts).toMatchObject({
      state: 'open',
      base: { ref: 'main' },
      problems: [],
      unknownContributors: 0,
    })
    expect(Object.keys(open.facts.files)).toEqual([`db/migrate/${name}.sql`])
    expect(open.facts.reviews[0]).toMatchObject({
      state: 'APPROVED',
      hasReason: true,
      files: open.facts.files,
    })
    expect(open.facts.standing[bob.id]).toEqual({ role: 'write', teams: ['acme/dba'] })
    expect(new Set(open.facts.contributors.map((one) => one.login))).toEqual(new Set(['ann']))

    const sha = await ann.merge(pr, method)
    const merged = await read(pr)
    expect(merged.facts).toMatchObject({ state: 'merged', mergeSha: sha, mergedBy: { login: 'ann' } })
    expect(merged.facts.base.sha).toBe(open.facts.base.sha)
    expect(merged.facts.files).toEqual(open.facts.files)
    expect(merged.facts.reviews[0]?.files).toEqual(merged.facts.files)
    expect(merged.reachable).toBe(true)
  })

  it('keeps the approval over a base update and loses it by one byte', async () => {
    const { ann, bob, eve } = s.people
    await ann.push('bytes', migration('20_a'))
    const pr = await ann.open('bytes', 'bytes')
    await bob.approve(pr)
    await eve.push('other', { 'other.md': 'x' })
    await eve.merge(await eve.open('other', 'other'))
    await ann.octokit.rest.pulls.updateBranch({ owner: 'acme', repo: 'shop', pull_number: pr })
    const updated = await read(pr)
    expect(updated.facts.reviews[0]?.files).toEqual(updated.facts.files)
    expect(updated.facts.contributors.map((one) => one.login)).not.toContain('web-flow')
    await ann.push('bytes', { 'db/migrate/20_a.sql': 'create table t_20_b (id int);\n' })
    const changed = await read(pr)
    expect(changed.facts.reviews[0]?.files).not.toEqual(changed.facts.files)
  })

  it('names whoever had a hand in the bytes', async () => {
    const { ann, bob, cat, eve } = s.people
    const line = `Co-authored-by: Cat <${cat.id}+cat@users.noreply.github.com>`
    await ann.push('hands', migration('30_a'), { message: `one\n\n${line}` })
    await bob.push('hands', { 'db/migrate/30_a.sql': 'select 1;\n' })
    await eve.push('hands', { 'docs.md': 'x' })
    const { facts } = await read(await ann.open('hands', 'hands'))
    const by = (login: string) => facts.contributors.filter((one) => one.login === login).map((one) => one.as)
    expect(by('cat')).toEqual(['co-author'])
    expect(by('bob')).toEqual(['author', 'committer', 'pusher'])
    expect(by('eve')).toEqual([])
  })

  it('knows when the base was changed', async () => {
    const { ann } = s.people
    await ann.push('release', {})
    await ann.push('retarget', migration('41_a'))
    const pr = await ann.open('retarget', 'retarget', 'release')
    expect((await read(pr)).facts.baseChangedAt).toBeNull()
    await ann.octokit.rest.pulls.update({ owner: 'acme', repo: 'shop', pull_number: pr, base: 'main' })
    expect((await read(pr)).facts).toMatchObject({
      base: { ref: 'main' },
      baseChangedAt: expect.stringMatching(/^20/),
    })
  })

  it('counts authors that GitHub cannot name', async () => {
    const { ann } = s.people
    await ann.push('stranger', {})
    await ann.octokit.rest.repos.createOrUpdateFileContents({
      owner: 'acme',
      repo: 'shop',
      path: 'db/migrate/45_a.sql',
      branch: 'stranger',
      message: 'by somebody',
      content: Buffer.from('select 1;\n').toString('base64'),
      author: { name: 'Somebody', email: 'somebody@nowhere.example' },
    })
    expect((await read(await ann.open('stranger', 'stranger'))).facts.unknownContributors).toBe(1)
  })

  it('refuses what is not a plain file of text', async () => {
    const { ann } = s.people
    await ann.push('odd', {
      'db/migrate/50_lfs.sql': 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n',
      'db/migrate/51_big.sql': `-- ${'x'.repeat(1024 * 1024)}\n`,
      'db/migrate/noversion.sql': 'select 1;\n',
      'db/migrate/001_again.sql': 'select 1;\n',
      'db/migrate/52_spa ce.sql': 'select 1;\n',
    })
    const { facts } = await read(await ann.open('odd', 'odd'))
    expect(facts.problems.map((one) => one.code).sort()).toEqual([
      'lfs-pointer',
      'no-version',
      'odd-path',
      'same-version-twice',
      'too-large',
    ])
  })

  it('reads the policy of the base, never of the head', async () => {
    const { ann } = s.people
    await ann.push('policy', { '.dbward.yml': 'version: 1\n' })
    const { facts, policy } = await read(await ann.open('policy', 'policy'))
    expect(policy.found).toBe('yes')
    expect(Object.keys(facts.files)).toEqual(['.dbward.yml'])
  })

  it('knows the code owners of the base, never of the head, and who of them is in which team', async () => {
    const { ann, bob } = s.people
    const policy = examplePolicy.replace('{ team: acme/dba, min: 1 }', '{ codeowners: true }')
    const files = { '.dbward.yml': policy, '.github/CODEOWNERS': '* @eve\n/db/ @acme/dba\n' }
    await s.github.commit(s.repo.fullName, 'owned', { files })
    const head = { ...migration('55_owned'), '.github/CODEOWNERS': '* @ann\n' }
    await ann.push('owners', head, { from: 'owned' })
    const pr = await ann.open('owners', 'owners', 'owned')
    await bob.approve(pr)
    const { facts } = await read(pr)
    const groups = [{ paths: ['db/migrate/55_owned.sql'], users: [], teams: ['acme/dba'] }]
    expect(facts.codeOwners).toMatchObject({ found: 'yes', groups })
    expect(facts.standing[bob.id]?.teams).toEqual(['acme/dba'])
  })
})

it('rejects where GitHub does not answer in full', async () => {
  const { ann } = s.people
  await ann.push('faults', migration('60_a'))
  const pr = await ann.open('faults', 'faults')
  for (const path of [
    /\/git\/trees\//,
    /\/commits$/,
    /\/reviews$/,
    /\/events$/,
    /\/activity$/,
    /\/branches\//,
  ]) {
    s.github.faults.add({ when: { method: 'GET', path }, effect: { status: 500 } })
    await expect(read(pr)).rejects.toThrow()
    s.github.faults.clear()
  }
  const cut = { status: 200, body: { sha: '0'.repeat(40), url: 'x', tree: [], truncated: true } }
  s.github.faults.add({ when: { method: 'GET', path: /\/git\/trees\// }, effect: cut })
  await expect(read(pr)).rejects.toThrow(/cut the tree/)
  s.github.faults.clear()
})
