import type { Decision } from '@dbward/protocol/decide'
import { parseJti, parseRequestId, parseSha256 } from '@dbward/protocol/ids'
import type { Receipt } from '@dbward/protocol/receipt'
import type { ChangeView, ExecutionView, FileView, Finding, RequestView } from './model.ts'

export const headSha = '5182b0c0a1b2c3d4e5f60718293a4b5c6d7e8f90'
export const baseSha = '9f1c000000000000000000000000000000000001'
const sha256 = 'ab'.repeat(32)

export const finding: Finding = {
  rule: 'drop-table',
  severity: 'block',
  line: 3,
  column: 1,
  end_line: 3,
  end_column: 17,
  message: 'Drops the table users.',
  instead: 'Rename it first and drop it in a later change.',
}

export const file: FileView = {
  path: 'db/migrate/001_users.sql',
  database: 'app',
  status: 'added',
  sha256,
  statements: 2,
  findings: [],
  allowed: [],
  locks: [],
}

export const allowed: Decision = {
  verdict: 'allow',
  code: 'APPROVED',
  sentence: 'Approved by alice.',
  next: '',
  workflow: { line: 9, database: 'app', environment: 'production' },
  steps: [step(['alice'])],
  counted: [{ review_id: 7, user_id: 1, login: 'alice', commit_id: headSha, state: 'APPROVED' }],
  notCounted: [{ login: 'bob', commit: baseSha, reason: 'older-bytes' }],
}

export const awaiting: Decision = {
  ...allowed,
  verdict: 'wait',
  code: 'WAITING_FOR_APPROVAL',
  sentence: 'Needs 1 approval from acme/dba.',
  next: 'acme/dba approves by a GitHub review (not carol, the author).',
  steps: [step([])],
  counted: [],
}

export function denied(code: Decision['code'], sentence: string): Decision {
  const nothing = { workflow: null, steps: [], counted: [], notCounted: [] }
  return { ...nothing, verdict: 'deny', code, sentence, next: 'Push a change that mends it.' }
}

export function request(over: Partial<RequestView> = {}): RequestView {
  return {
    id: '42#12:app@production',
    database: 'app',
    environment: 'production',
    state: 'awaiting_approval',
    reason: '',
    nextStep: 'acme/dba approves by a GitHub review.',
    decision: awaiting,
    planSha256: sha256,
    files: [file.path],
    queueAhead: 0,
    attempt: null,
    risk: { level: 'low', factors: [], moreFactors: 0, tables: [], moreTables: 0 },
    schema: null,
    trace: null,
    ...over,
  }
}

export function change(over: Partial<ChangeView> = {}): ChangeView {
  return {
    repo: { id: 42, name: 'acme/shop' },
    pr: 12,
    head: headSha,
    base: { ref: 'main', sha: baseSha },
    state: 'open',
    policy: { found: 'yes', sha256 },
    files: [file],
    problems: [],
    requests: [request()],
    policyDecision: null,
    cannotDecide: null,
    updated: '2026-01-31T14:03:20.000Z',
    ...over,
  }
}

export function receipt(over: Partial<Receipt> = {}): Receipt {
  const digest = parseSha256(sha256, 'sha256')
  return {
    v: 1,
    kid: 'agent-1',
    aud: 'dbward',
    agent: 'prod-1' as Receipt['agent'],
    request: parseRequestId('42#12:app@production', 'request'),
    att: 1,
    jti: parseJti('0123456789ABCDEFGHJKMNPQRS', 'jti'),
    db: 'app',
    env: 'production',
    fence: 7,
    plan_sha256: digest,
    token_sha256: digest,
    outcome: 'applied',
    started: Date.parse('2026-01-31T14:20:31.000Z'),
    finished: Date.parse('2026-01-31T14:20:31.412Z'),
    statements: [
      { file: file.path, i: 0, kind: 'create-table', command: 'CREATE TABLE', rows: null, ms: 12 },
    ],
    error: null,
    ledger: { server_id: '7412', rows: [{ migration: file.path, sha256: digest }] },
    audit: { seq: 41, hash: digest },
    ...over,
  }
}

export function execution(over: Partial<ExecutionView> = {}): ExecutionView {
  return {
    request: '42#12:app@production',
    database: 'app',
    environment: 'production',
    repo: { id: 42, name: 'acme/shop' },
    pr: 12,
    mergeSha: 'b63f5090a1b2c3d4e5f60718293a4b5c6d7e8f90',
    planSha256: sha256,
    files: [file.path],
    state: 'queued',
    reason: '',
    nextStep: '',
    queueAhead: 0,
    attempt: null,
    result: null,
    ...over,
  }
}

/** The view of an execution that has ended with this receipt. */
export function ended(one: Receipt, over: Partial<ExecutionView> = {}) {
  const checkpoint = {
    payloadType: 'application/vnd.dbward.checkpoint.v1+json',
    payload: 'e30=',
    signatures: [],
  }
  const result = { receipt: one, receiptSha256: sha256, checkpoint }
  const attempt = { id: one.jti, n: one.att, agent: one.agent, since: '2026-01-31T14:20:30.000Z' }
  return { result, view: execution({ state: one.outcome, attempt, result, ...over }) }
}

function step(counted: readonly string[]): Decision['steps'][number] {
  const approver = { kind: 'team', name: 'acme/dba', min: 1 } as const
  const met = counted.length > 0
  return { mode: 'all', met, entries: [{ approver, counted, notCounted: [], met }] }
}
