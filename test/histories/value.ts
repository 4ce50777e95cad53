import { parseReviewBody } from '@dbward/protocol/command'
import type { ReviewVerdict } from '@dbward/protocol/decide'
import type { Account, ChangeFacts, Contributor, FileMap, ReviewFact, Standing } from '@dbward/protocol/facts'
import { sha256 } from '@dbward/protocol/plan'
import type { PolicyName } from './policies.ts'
import {
  bodyOf,
  cast,
  filesOf,
  type Name,
  names,
  type Opening,
  play,
  pushed,
  scriptOf,
  type World,
} from './script.ts'

const minute = 60_000
const start = Date.parse('2026-03-01T12:00:00Z')
const robot: Account = { id: 99, login: 'robot[bot]', type: 'Bot' }

/** What the SQL review says of each opening. */
const reviews: Readonly<Record<Opening, Exclude<ReviewVerdict, { made: false }>>> = {
  'a table': { made: true, blocking: 0, allowed: 0, risk: 'low' },
  'two tables': { made: true, blocking: 0, allowed: 0, risk: 'low' },
  'a column': { made: true, blocking: 0, allowed: 0, risk: 'unknown' },
  'a drop': { made: true, blocking: 1, allowed: 0, risk: 'unknown' },
  'an allowed drop': { made: true, blocking: 0, allowed: 1, risk: 'unknown' },
  'a link': { made: true, blocking: 0, allowed: 0, risk: 'low' },
  'a policy': { made: true, blocking: 0, allowed: 0, risk: 'unknown' },
  'a policy and a table': { made: true, blocking: 0, allowed: 0, risk: 'low' },
}

/** A history as facts, by what GitHub is known to do; nobody is asked. */
export async function asFacts(policy: PolicyName, script: string, number = 100) {
  const { opening, acts } = scriptOf(script)
  const first = filesOf(opening, number)
  let now = start
  let at: readonly Readonly<Record<string, string>>[] = [first]
  let commits: readonly Contributor[] = [by('ann', 'author'), by('ann', 'committer')]
  let pushers: readonly Contributor[] = [by('ann', 'pusher')]
  let strangers = 0
  let said: readonly ReviewFact[] = []
  let standing: Readonly<Record<number, Standing>> = Object.fromEntries(
    names.map((name) => [idOf(name), cast[name]]),
  )
  let baseChangedAt: string | null = null
  let merged: { readonly by: Name; readonly at: string } | null = null
  let pushes = 0

  const head = () => at.at(-1) ?? first
  const say = (user: Account, state: ReviewFact['state'], body: string, older = false) => {
    now += minute
    const says = parseReviewBody(body)
    const files = older ? (at.at(-2) ?? first) : head()
    said = [
      ...said,
      {
        id: said.length + 1,
        user,
        state,
        commit: 'c'.repeat(40),
        at: new Date(now).toISOString(),
        hasReason: body !== '',
        files: state === 'APPROVED' ? hashed(files) : null,
        ...(says.kind === 'none' ? {} : { says }),
      },
    ]
  }
  const stand = (who: Name, change: Partial<Standing>) => {
    const before = standing[idOf(who)] ?? { role: 'none', teams: [] }
    standing = { ...standing, [idOf(who)]: { ...before, ...change } }
  }
  const teamsOf = (who: Name) => standing[idOf(who)]?.teams ?? []

  const world: World = {
    approve: (who, { body, older }) => say(account(who), 'APPROVED', bodyOf(body, number), older),
    robotApproves: () => say(robot, 'APPROVED', ''),
    requestChanges: (who, body) => say(account(who), 'CHANGES_REQUESTED', body),
    remark: (who, body) => say(account(who), 'COMMENTED', bodyOf(body, number)),
    dismiss(_, whose) {
      const last = said.findLast((one) => one.user.login === whose && /APPROVED|CHANGES/.test(one.state))
      said = said.map((one) => (one === last ? { ...one, state: 'DISMISSED', files: null } : one))
    },
    push({ by: who, author, committer, coAuthor, what }) {
      pushes += 1
      const next = pushed(what, number, first, head(), pushes)
      const same = JSON.stringify(hashed(next)) === JSON.stringify(hashed(head()))
      at = [...at, next]
      if (same) return
      if (author === 'stranger') strangers += 1
      else commits = [...commits, by(author, 'author')]
      commits = [...commits, by(committer, 'committer')]
      if (coAuthor !== undefined) commits = [...commits, by(coAuthor, 'co-author')]
      pushers = [...pushers, by(who, 'pusher')]
    },
    rebase(who) {
      at = [...at, head()]
      commits = [by('ann', 'author'), by(who, 'committer')]
      strangers = 0
    },
    update() {
      at = [...at, head()]
    },
    merge(who) {
      now += minute
      merged = { by: who, at: new Date(now).toISOString() }
    },
    retarget() {
      now += minute
      baseChangedAt = new Date(now).toISOString()
    },
    leave: (who, team) => stand(who, { teams: teamsOf(who).filter((one) => one !== `acme/${team}`) }),
    join: (who, team) => stand(who, { teams: [...teamsOf(who), `acme/${team}`] }),
    demote: (who) => stand(who, { role: 'read' }),
    pass(hours) {
      now += hours * 60 * minute
    },
  }
  await play(world, acts)

  const paths = Object.keys(head())
  const merge = merged as { readonly by: Name; readonly at: string } | null
  const facts: ChangeFacts = {
    repo: { id: 1, name: 'acme/shop' },
    pr: 7,
    state: merge === null ? 'open' : 'merged',
    author: account('ann'),
    mergedBy: merge === null ? null : account(merge.by),
    mergeSha: merge === null ? null : 'e'.repeat(40),
    mergedAt: merge?.at ?? null,
    head: 'c'.repeat(40),
    base: { ref: policy, sha: 'b'.repeat(40) },
    policySha256: 'd'.repeat(64),
    files: hashed(head()),
    problems: paths
      .filter(() => opening === 'a link')
      .map((path) => ({ path, code: 'symlink', message: 'is a symbolic link; put the SQL itself there' })),
    codeOwners: policy === 'owners' ? ownersOf(paths) : null,
    reviews: said,
    contributors: [...commits, ...pushers],
    unknownContributors: strangers,
    standing,
    baseChangedAt,
  }
  return { facts, review: reviews[opening], now }
}

/** In the order of the files, as git lists them. */
function ownersOf(paths: readonly string[]): ChangeFacts['codeOwners'] {
  const owned = Map.groupBy([...paths].sort(), (path) => /_([ab])\.sql$/.exec(path)?.[1] ?? '')
  const groups = [...owned].map(([kind, own]) => ({
    paths: own,
    users: kind === 'a' ? ['bob'] : [],
    teams: kind === 'b' ? ['acme/sre'] : [],
  }))
  return { found: 'yes', sha256: 'f'.repeat(64), groups }
}

function hashed(files: Readonly<Record<string, string>>): FileMap {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, sha256(text)]))
}

function by(name: Name, as: Contributor['as']): Contributor {
  return { id: idOf(name), login: name, as }
}

function account(name: Name): Account {
  return { id: idOf(name), login: name, type: 'User' }
}

function idOf(name: Name): number {
  return names.indexOf(name) + 1
}
