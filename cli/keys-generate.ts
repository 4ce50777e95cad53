import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateKey, type KeyRole } from '@dbward/protocol/keys'
import { type Exit, toJson, UsageError, type World } from './world.ts'

export type GenerateOptions = {
  readonly role: KeyRole
  readonly out: string
  readonly name?: string
  readonly json?: true
}

export async function generate({ role, out, name = role, json }: GenerateOptions, world: World): Exit {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name)) {
    throw new UsageError(`--name: expected letters, digits, ".", "_" and "-", got ${JSON.stringify(name)}`)
  }
  const files = { private: join(out, `${name}.key.json`), public: join(out, `${name}.pub.json`) }
  const before = Object.values(files).find((path) => existsSync(path))
  if (before !== undefined) {
    throw new UsageError(
      `${before}: expected no such file, and there is one; keep it, or give another --name or --out`,
    )
  }
  const made = generateKey(role, world.random)
  mkdirSync(out, { recursive: true, mode: 0o700 })
  // `wx` refuses a file that appeared since we looked.
  writeFileSync(files.private, made.privateFile, { mode: 0o600, flag: 'wx', flush: true })
  writeFileSync(files.public, made.publicFile, { mode: 0o644, flag: 'wx', flush: true })
  const { kid } = made.publicKey
  world.out(
    json
      ? toJson({ role, kid, private: files.private, public: files.public })
      : `${role} key ${kid}\n  ${files.private}  keep it where only its owner reads it\n  ${files.public}  give it to whoever verifies\n`,
  )
  return 0
}
