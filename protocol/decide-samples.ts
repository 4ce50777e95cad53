import type { decide } from './decide.ts'
import type { Account, ChangeFacts, ContributorRole, ReviewFact, Standing } from './facts.ts'
import type { Approver, Policy, Workflow } from './policy.ts'

const now = Date.parse('2026-03-01T12:00:00Z')
const path = 'db/migrate/1_a.sql'
const policyBytes = { '.dbward.yml': 'f'.repeat(64) }
const bytes = { [path]: 'a'.repeat(64) }
const people = ['ann', 'bob', 'cat', 'dan', 'eve', 'fay', 'gil', 'zed', 'bot']
const standing: Readonly<Record<number, Standing>> = {
  1: { role: 'write', teams: [] },
  2: { role: 'write', teams: ['acme/dba'] },
  3: { role: 'maintain', teams: ['acme/dba', 'acme/sre'] },
  4: { role: 'read', teams: ['acme/dba'] },
  5: { role: 'write', teams: [] },
  6: { role: 'admin', teams: [] },
  7: { role: 'write', teams: ['acme/sre'] },
  9: { role: 'write', teams: ['acme/dba'] },
}

/** `CODE who counts`, as a row says it. */
export function outcomeOf(by: typeof decide, workflow: string, history: string): string {
  const words = history.split(' ')
  const has = (word: string) => words.includes(word)
  const number = (key: string) => Number(said(words, key) ?? 0)
  const review = has('unreviewed')
    ? ({ made: false, why: 'it took too long' } as const)
    : ({
        made: true,
        blocking: number('blocking'),
        allowed: number('allowed'),
        risk: said(words, 'risk') ?? 'unknown',
      } as Parameters<typeof decide>[2])
  const environment = has('elsewhere') ? 'staging' : 'production'
  const found = by(policyOf(workflow), factsOf(words), review, { database: 'app', environment }, now)
  const allows = ['APPROVED', 'APPROVED_BY_MERGING', 'AUTHOR_MAY_MERGE', 'AUTO_APPROVED'].includes(found.code)
  if (allows !== (found.verdict === 'allow')) return `${found.code} with ${found.verdict}`
  if (!allows && found.next === '') return `${found.code} with nothing to do`
  return [found.code, ...found.counted.map((one) => one.login)].join(' ')
}

function policyOf(text: string): Policy {
  const [steps = '', ...flags] = text.split(' ')
  const workflow: Workflow = {
    database: 'app',
    environment: 'production',
    line: 9,
    operations: null,
    steps: steps === '' ? [] : steps.split(',').map(stepOf),
    allowSelfApprove: flags.includes('self'),
    distinctApprovers: !flags.includes('same'),
    requireReason: flags.includes('reason'),
    approvalTtl: said(flags, 'ttl') === undefined ? null : age(said(flags, 'ttl') ?? ''),
    autoApprove: (said(flags, 'auto') ?? null) as Workflow['autoApprove'],
  }
  const app = {
    name: 'app',
    engine: 'postgres',
    serverVersion: null,
    migrations: 'db/migrate/*.sql',
  } as const
  const databases = [{ ...app, environments: ['staging', 'production'] }]
  return { version: 1, databases, review: [], risk: [], workflows: [workflow], execution: [] }
}

function stepOf(text: string): Workflow['steps'][number] {
  const mode = text.includes('|') ? 'any' : 'all'
  return { mode, line: 10, approvers: text.split(/[|&]/).map(approverOf) }
}

function approverOf(text: string): Approver {
  if (text === 'own') return { kind: 'codeowners', name: '', min: 1 }
  if (text.startsWith('@')) return { kind: 'role', name: text.slice(1), min: 1 }
  if (text.startsWith('=')) return { kind: 'user', name: text.slice(1), min: 1 }
  const min = Number(/\d$/.exec(text)?.[0] ?? 1)
  return { kind: 'team', name: `acme/${text.replace(/\d$/, '')}`, min }
}

function factsOf(words: readonly string[]): ChangeFacts {
  const roles: readonly ContributorRole[] = ['author', 'committer', 'co-author', 'pusher']
  const merger = said(words, 'merged')
  const moved = said(words, 'moved')
  const problem = { path, code: 'symlink', message: 'is a symbolic link' } as const
  return {
    repo: { id: 1, name: 'acme/shop' },
    pr: 7,
    state: merger === undefined ? 'open' : 'merged',
    author: account(said(words, 'opened') ?? 'ann'),
    mergedBy: merger === undefined ? null : account(merger),
    mergeSha: merger === undefined ? null : 'e'.repeat(40),
    mergedAt: merger === undefined ? null : at('1h'),
    head: 'c'.repeat(40),
    base: { ref: 'main', sha: 'b'.repeat(40) },
    policySha256: 'd'.repeat(64),
    files: words.includes('mixed') ? { ...bytes, ...policyBytes } : runs(words),
    problems: words.includes('problem') ? [problem] : [],
    codeOwners: ownersOf(words),
    reviews: words.flatMap((word, i) => reviewOf(word, i + 1, runs(words))),
    contributors: roles.flatMap((as) => {
      const login = said(words, as)
      return login === undefined ? [] : [{ id: account(login).id, login, as }]
    }),
    unknownContributors: Number(said(words, 'unknown') ?? 0),
    standing,
    baseChangedAt: moved === undefined ? null : at(moved),
  }
}

function ownersOf(words: readonly string[]): ChangeFacts['codeOwners'] {
  const owner = said(words, 'owns')
  if (owner === undefined) return { found: 'no', why: 'the base branch has no CODEOWNERS file' }
  const [users, teams] = owner.includes('/') ? [[], [owner]] : [owner === '' ? [] : [owner], []]
  return { found: 'yes', sha256: '1'.repeat(64), groups: [{ paths: [path], users, teams }] }
}

const states = { '+': 'APPROVED', '-': 'CHANGES_REQUESTED', '~': 'COMMENTED', '/': 'DISMISSED' } as const

function runs(words: readonly string[]): Readonly<Record<string, string>> {
  return words.includes('policy') ? policyBytes : bytes
}

function reviewOf(word: string, id: number, same: ReviewFact['files']): readonly ReviewFact[] {
  const [, login = '', sign, how = ''] = /^([a-zA-Z]{3})([+~/-])(\w*)$/.exec(word) ?? []
  if (sign === undefined) return []
  const state = states[sign as keyof typeof states]
  const files: Readonly<Record<string, ReviewFact['files']>> = {
    old: { [path]: 'b'.repeat(64) },
    more: { ...bytes, 'db/migrate/2_b.sql': 'b'.repeat(64) },
    none: {},
    gone: null,
  }
  return [
    {
      id,
      user: account(login),
      state,
      commit: how === 'nowhere' ? null : 'c'.repeat(40),
      at: how === 'whenever' ? how : at(/^\d/.test(how) ? how : '2h'),
      hasReason: how === 'why',
      files: how in files ? (files[how] ?? null) : same,
    },
  ]
}

function account(login: string): Account {
  return { id: people.indexOf(login.toLowerCase()) + 1, login, type: login === 'bot' ? 'Bot' : 'User' }
}

function said(words: readonly string[], key: string): string | undefined {
  return words.find((one) => one.startsWith(`${key}=`))?.slice(key.length + 1)
}

function at(ago: string): string {
  return new Date(now - age(ago)).toISOString()
}

function age(text: string): number {
  return Number.parseInt(text, 10) * (text.endsWith('m') ? 60_000 : 3_600_000)
}
