import { afterAll, beforeAll, expect, it } from 'vitest'
import { person } from '../stage/person.ts'
import { seen } from '../stage/seen.ts'
import { type Stage, serverReady, stage } from '../stage/stage.ts'

// The reviewers of these pull requests are careless: bob approves whatever he is shown. What he was not shown as it is
// must not run. The rules of GitHub are out of the way.
let it_: Stage
let eye: ReturnType<typeof seen>
beforeAll(async () => {
  // Every merge here is held, and each sweep would look at all of them again.
  it_ = await stage({ sweepSeconds: 600 })
  it_.github.protect(it_.repo.fullName, 'main', { requirePullRequest: false })
  eye = seen(it_)
  it_.server.start()
  await serverReady(it_)
  it_.agent.start()
})
afterAll(async () => it_?.stop())

const where = { owner: 'acme', repo: 'shop' }
const there = 'db/migrate/1_there.sql'
const table = (name: string) => `create table ${name} (id bigint primary key);\n`

it('an honest file runs, so that what is refused below is refused for what it is', async () => {
  const { ann, bob } = it_.people
  const { pr } = await eye.propose(ann, 'honest', { [there]: table('there') })
  await bob.approve(pr)
  await eye.gate(pr, /^Ready to merge/)
  await eye.execution(await ann.merge(pr), /^applied/)
})

type Trick = Parameters<typeof eye.propose>[2]
/** Approved, refused with this, and merged all the same; then put back, so that the branch is as it was. */
async function refused(name: string, files: Trick, code: RegExp, odd: { path: string; mode: string }[] = []) {
  const { ann, bob } = it_.people
  const entries = odd.map((one) => ({ ...one, content: '1_there.sql' }))
  const { pr } = await eye.propose(ann, name, files, { odd: entries })
  await eye.gate(pr, code)
  await bob.approve(pr)
  await ann.merge(pr)
  const known = () => eye.kept<{ state: string }>('select state from change where pr = ?', pr)[0]?.state
  await it_.until(`#${pr} to be known as merged`, async () => known() === 'merged')
  await eye.quiet()
  await eye.nothingRan(pr)
  expect(eye.requests(pr).filter(({ state }) => state !== 'held')).toEqual([])
  const back = Object.fromEntries(
    [...Object.keys(files), ...odd.map(({ path }) => path)].map((p) => [p, null]),
  )
  const before = { ...back, ...(there in files ? { [there]: table('there') } : {}) }
  await it_.github.commit(it_.repo.fullName, 'main', { files: before })
  return pr
}

it('15: a symbolic link, and a file that may be executed', async () => {
  await refused('link', {}, /symlink/, [{ path: 'db/migrate/2_link.sql', mode: '120000' }])
  await refused('program', {}, /not-a-file/, [{ path: 'db/migrate/2_program.sql', mode: '100755' }])
})

it('16: more files than anybody is shown', async () => {
  const many = Object.fromEntries(
    Array.from({ length: 201 }, (_, i) => [`db/migrate/${1_000 + i}_many.sql`, table(`many_${i}`)]),
  )
  await refused('many', many, /too-many-files/)
})

it('17: the rename of what was applied, so that it would run again', async () => {
  const files = { [there]: null, 'db/migrate/3_again.sql': 'insert into there values (1);\n' }
  await refused('renamed', files, /changed-after-merge/)
})

it('18: names that look like others', async () => {
  await refused('twin', { 'db/migrate/1_THERE.sql': table('twin') }, /same-path-twice|same-version-twice/)
  await refused('override', { 'db/migrate/4_\u202elqs.sql': table('turned') }, /odd-path/)
})

it('19: SQL that GitHub is told to fold away', async () => {
  const files = {
    '.gitattributes': '*.sql -diff linguist-generated\n',
    'db/migrate/5_folded.sql': table('folded'),
  }
  await refused('folded', files, /attributes/)
  const below = { 'db/migrate/.gitattributes': '* -diff\n', 'db/migrate/5_folded.sql': table('folded') }
  await refused('folded-below', below, /attributes/)
})

it('20: SQL that reads other than it runs', async () => {
  const turned = '-- \u202Eeht si siht\u202C\ndrop table there;\n'
  await refused('turned', { 'db/migrate/6_turned.sql': turned }, /blocking finding/)
  const unseen = `${table('unseen')}\u200bdrop table there;\n`
  await refused('unseen', { 'db/migrate/6_unseen.sql': unseen }, /blocking finding/)
})

it('21: a comment that looks like ours', async () => {
  const { ann, eve } = it_.people
  const { pr } = await eye.propose(ann, 'spoofed', { 'db/migrate/7_spoofed.sql': table('spoofed') })
  const ours = await eye.comment(pr, /Waiting for 1 approval/)
  const fake = ours.replace(/⏳[^\n]*/, '🚀 dbward: approved and applied')
  await eve.octokit.rest.issues.createComment({ ...where, issue_number: pr, body: fake })
  const sha = await ann.merge(pr)
  await eye.execution(sha, /^held/)
  await eye.quiet()
  await eye.nothingRan(pr)
  const bodies = (await ann.comments(pr)).map(({ user, body }) => [user?.login, body])
  expect(bodies).toContainEqual(['eve', fake])
  const [own, ...more] = bodies.filter(([login]) => login === 'dbward[bot]')
  expect(own?.[1]).toMatch(/nothing has run/)
  expect(more).toEqual([])
  await it_.github.commit(it_.repo.fullName, 'main', { files: { 'db/migrate/7_spoofed.sql': null } })
})

it('22: names that would write into our comment', async () => {
  const { ann } = it_.people
  const evil = '"</details><img src=x> @acme/dba [yes](https://evil.example) `` | ```"'
  const sql = `drop table ${evil};\ncreate table ${evil} (id bigint primary key);\n`
  const { pr } = await eye.propose(ann, 'x-@acme/dba-|-`y`', { 'db/migrate/8_names.sql': sql })
  await eye.gate(pr, /blocking finding/)
  const gate = await eye.review(pr, /blocking finding/)
  for (const text of [await eye.comment(pr, /🛑/), gate.output.summary ?? '', gate.output.text ?? '']) {
    const bare = text.replace(/(`+)[\s\S]*?[^`]\1(?!`)/g, '')
    expect(bare).not.toMatch(/(?<!\\)<img|@acme|(?<!\\)\]\(/)
  }
  await ann.close(pr)
})

it('12: a pull request from a fork, which nobody approved, and whose pushes nobody can see', async () => {
  const { dan, bob, ann } = it_.people
  const fork = await it_.github.fork(it_.repo.fullName, 'dan')
  const away = person(dan, { ...fork, cloneUrl: fork.cloneUrl }, it_.github.url)
  await away.push('gift', { 'db/migrate/9_gift.sql': table('gift') })
  const made = await dan.octokit.rest.pulls.create({
    ...where,
    head: 'dan:gift',
    base: 'main',
    title: 'A gift',
  })
  const pr = made.data.number
  await eye.gate(pr, /^Waiting for 1 approval/)
  await bob.approve(pr)
  // Whoever pushed to the fork may be one of the approvers: one more has to look.
  await eye.gate(pr, /^Waiting for 1 more approval$/)
  await eye.comment(pr, /Somebody whom GitHub does not name had a hand in the SQL/)
  const sha = await ann.merge(pr)
  await eye.execution(sha, /^held/)
  await eye.quiet()
  await eye.nothingRan(pr)
})
