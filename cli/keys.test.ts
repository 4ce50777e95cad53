import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { openBundle } from '@dbward/protocol/bundle'
import { keyRoles, parsePublicFile } from '@dbward/protocol/keys'
import { expect, test } from 'vitest'
import { dbward, folder } from './testing.ts'

async function generate(cwd: string, role: string, name = role) {
  const { code, out } = await dbward(
    ['keys', 'generate', '--role', role, '--name', name, '--out', '.', '--json'],
    { cwd },
  )
  expect(code).toBe(0)
  return JSON.parse(out) as { readonly kid: string; readonly private: string; readonly public: string }
}

test('every role of the protocol can be made', async () => {
  const { out } = await dbward(['keys', 'generate', '--help'])
  expect(out.replace(/\s+/g, ' ')).toContain(`choices: ${keyRoles.map((role) => `"${role}"`).join(', ')}`)
})

test('a key is made once, readable by its owner only, and never overwritten', async () => {
  const cwd = folder()
  const made = await generate(cwd, 'exec')
  const before = readFileSync(join(cwd, made.private), 'utf8')
  expect(statSync(join(cwd, made.private)).mode & 0o777).toBe(0o600)
  const again = await dbward(['keys', 'generate', '--role', 'exec', '--out', '.'], { cwd })
  expect(again.code).toBe(2)
  expect(again.err).toMatch(/exec\.key\.json: expected no such file/)
  expect(readFileSync(join(cwd, made.private), 'utf8')).toBe(before)
})

test('a bundle says what its roots signed, and is shown to nobody who cannot check it', async () => {
  const cwd = folder()
  await generate(cwd, 'root')
  await generate(cwd, 'root', 'other')
  const [exec, agent] = [await generate(cwd, 'exec'), await generate(cwd, 'agent', 'agent-1')]
  const args = ['--keys', 'dbward=exec.pub.json', '--keys', 'agent-1=agent-1.pub.json', '--revoke', exec.kid]
  const made = await dbward(
    [
      'keys',
      'bundle',
      '--root',
      'root.key.json',
      ...args,
      '--version',
      '3',
      '--expires',
      '7d',
      '--out',
      'b.json',
    ],
    { cwd },
  )
  expect({ code: made.code, err: made.err }).toEqual({ code: 0, err: '' })

  const roots = [parsePublicFile(readFileSync(join(cwd, 'root.pub.json'), 'utf8'), 'root', 'root')]
  const now = Math.floor(Date.now() / 1_000)
  const bundle = openBundle(readFileSync(join(cwd, 'b.json'), 'utf8'), { roots, threshold: 1, now })
  expect(bundle).toMatchObject({ version: 3, revoked: [exec.kid] })
  expect(bundle.keyFor('agent', agent.kid, now)).toMatchObject({ id: 'agent-1' })
  expect(bundle.expires - bundle.issued).toBe(7 * 86_400)

  expect((await dbward(['keys', 'show', 'b.json', '--root', 'root.pub.json'], { cwd })).out).toMatch(
    /version: 3/,
  )
  const stranger = await dbward(['keys', 'show', 'b.json', '--root', 'other.pub.json'], { cwd })
  expect({ code: stranger.code, out: stranger.out }).toEqual({ code: 1, out: '' })
  expect(stranger.err).toMatch(/^dbward: BUNDLE_INVALID: /)
  expect((await dbward(['keys', 'show', 'b.json'], { cwd })).code).toBe(2)
})

test('show never prints a private key', async () => {
  const cwd = folder()
  const { private: path } = await generate(cwd, 'checkpoint')
  const secret = JSON.parse(readFileSync(join(cwd, path), 'utf8')).private as string
  for (const more of [[], ['--json']]) {
    const { code, out, err } = await dbward(['keys', 'show', path, ...more], { cwd })
    expect(code).toBe(0)
    expect(out + err).not.toContain(secret)
  }
})

test('a root key that others may read signs nothing', async () => {
  const cwd = folder()
  const { private: root } = await generate(cwd, 'root')
  await generate(cwd, 'exec')
  chmodSync(join(cwd, root), 0o644)
  const args = [
    'keys',
    'bundle',
    '--root',
    root,
    '--keys',
    'dbward=exec.pub.json',
    '--version',
    '1',
    '--out',
    'b.json',
  ]
  const { code, err } = await dbward(args, { cwd })
  expect(code).toBe(78)
  expect(err).toMatch(/expected mode 0600, got 0644; run chmod 600/)
  expect(existsSync(join(cwd, 'b.json'))).toBe(false)
})

test.each([
  [['--keys', 'exec.pub.json', '--version', '1'], /expected whose key it is/],
  [['--keys', 'dbward=root.pub.json', '--version', '1'], /expected one of authz, exec, checkpoint, agent/],
  [['--keys', 'dbward=exec.pub.json', '--version', '0'], /expected a whole number from 1/],
  [['--keys', 'dbward=exec.pub.json', '--version', '1', '--expires', '91d'], /expected 1d to 90d/],
])('a bundle of %j exits with 2', async (args, why) => {
  const cwd = folder()
  await generate(cwd, 'root')
  await generate(cwd, 'exec')
  const { code, err } = await dbward(
    ['keys', 'bundle', '--root', 'root.key.json', ...args, '--out', 'b.json'],
    { cwd },
  )
  expect(code).toBe(2)
  expect(err).toMatch(why)
})
