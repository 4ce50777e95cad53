import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { signCheckpoint } from '@dbward/protocol/checkpoint'
import { generateKey, parseSigner } from '@dbward/protocol/keys'
import { append, emptyLog, type LogHead } from '@dbward/protocol/log'
import { describe, expect, test } from 'vitest'
import { dbward, folder } from './testing.ts'

const ts = '2026-01-02T03:04:05.678Z'
const made = generateKey('checkpoint', randomBytes)
const stranger = generateKey('checkpoint', randomBytes)
const signer = parseSigner(made.privateFile, 'checkpoint', 'test')

const { lines, heads } = log('A quiet day')
const sealed = await signCheckpoint({ iss: 'dbward', ts, ...head(3) }, signer)
const whole = [...lines.slice(0, 3), JSON.stringify({ checkpoint: sealed }), ...lines.slice(3)]
const swapped = [lines[0], lines[2], lines[1], ...lines.slice(3)]

describe('audit verify tells apart', () => {
  const cases: readonly [string, readonly (string | undefined)[], readonly string[], number, string][] = [
    ['a sound log', whole, ['--key', 'own.pub'], 0, 'ok'],
    [
      'an edited entry',
      whole.map((line) => line?.replace('A quiet day', 'A quiet dax')),
      ['--key', 'own.pub'],
      3,
      'broken-link',
    ],
    ['a checkpoint by an unknown key', whole, ['--key', 'stranger.pub'], 4, 'bad-signature'],
    [
      'a cut tail, by an anchor of an agent',
      lines.slice(0, 4),
      ['--anchor', 'audit-head.json'],
      5,
      'truncated',
    ],
    [
      'a cut tail, by a saved comment',
      lines.slice(0, 2),
      ['--key', 'own.pub', '--anchor', 'comment.md'],
      5,
      'truncated',
    ],
    ['a missing entry', [...lines.slice(0, 2), ...lines.slice(3)], [], 6, 'gap'],
    ['a changed order', swapped, [], 6, 'gap'],
    ['a full rewrite', log('Another day').lines, ['--key', 'own.pub', '--anchor', 'comment.md'], 7, 'fork'],
    [
      'an anchor by an unknown key',
      whole,
      ['--key', 'own.pub', '--anchor', 'foreign.md'],
      4,
      'bad-signature',
    ],
  ]
  test.each(cases)('%s', async (_name, exported, args, code, word) => {
    const cwd = await prepared(exported)
    const ended = await dbward(['audit', 'verify', ...args, 'log.jsonl', '--json'], { cwd })
    expect(ended).toMatchObject({ code, err: '' })
    expect(JSON.parse(ended.out).code).toBe(word)
  })
})

test('a log that nobody vouches for to its end is sound, and the answer says what that leaves open', async () => {
  const cwd = await prepared(whole)
  const { code, out } = await dbward(['audit', 'verify', '--key', 'own.pub', 'log.jsonl'], { cwd })
  expect(code).toBe(0)
  expect(out).toMatch(/ok: 5 entries, 1 checkpoints[\s\S]*last 2 entries/)
})

test('a fault is named with its entry', async () => {
  const cwd = await prepared(lines.slice(0, 4))
  const { code, out } = await dbward(['audit', 'verify', '--anchor', 'audit-head.json', 'log.jsonl'], { cwd })
  expect({ code, out }).toEqual({ code: 5, out: 'truncated at entry 4: expected 5 entries, got 4\n' })
})

test('a log comes through a pipe as well', async () => {
  const { code } = await dbward(['audit', 'verify', '-'], { input: `${lines.join('\n')}\n` })
  expect(code).toBe(0)
})

test.each([
  [['nope.jsonl'], /no such file/],
  [['log.jsonl', '--key', 'nope.pub'], /no such file/],
  [['log.jsonl', '--anchor', 'own.pub'], /expected a head/],
])('%j exits with 2', async (args, why) => {
  const { code, err } = await dbward(['audit', 'verify', ...args], { cwd: await prepared(whole) })
  expect(code).toBe(2)
  expect(err).toMatch(why)
})

test('export needs a store', async () => {
  const { code, err } = await dbward(['audit', 'export'])
  expect(code).toBe(2)
  expect(err).toMatch(/--store/)
})

async function prepared(exported: readonly (string | undefined)[]): Promise<string> {
  const cwd = folder()
  const foreign = parseSigner(stranger.privateFile, 'checkpoint', 'test')
  const anchor = await signCheckpoint({ iss: 'dbward', ts, ...head(3) }, foreign)
  const files = {
    'log.jsonl': `${exported.join('\n')}\n`,
    'own.pub': made.publicFile,
    'stranger.pub': stranger.publicFile,
    'audit-head.json': JSON.stringify(head(5)),
    'comment.md': `### Applied\n<details>\n\n${JSON.stringify(sealed)}\n\n</details>\n`,
    'foreign.md': JSON.stringify(anchor),
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text)
  return cwd
}

function log(said: string): { readonly lines: readonly string[]; readonly heads: readonly LogHead[] } {
  const subject = {
    repo: 'acme/app',
    pr: 1,
    head: null,
    merge: null,
    db: null,
    env: null,
    request: null,
    attempt: null,
  }
  const found: { lines: string[]; heads: LogHead[] } = { lines: [], heads: [emptyLog] }
  for (let i = 0; i < 5; i++) {
    const actor = { kind: 'server', id: 'dbward' }
    const next = append(found.heads.at(-1) ?? emptyLog, {
      ts,
      type: 'change.looked',
      actor,
      subject,
      outcome: 'ok',
      data: { said, i },
    })
    found.lines.push(JSON.stringify({ entry: next.entry, hash: next.head.hash }))
    found.heads.push(next.head)
  }
  return found
}

function head(seq: number): LogHead {
  const found = heads[seq]
  if (found === undefined) throw new Error(`the log has no entry ${seq}`)
  return found
}
