import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { sources } from './engine-sources.ts'
import { folder, inProcess } from './testing.ts'
import { usualPlaces } from './usual-places.ts'

const page = (name: string) => readFileSync(new URL(`../docs/${name}`, import.meta.url), 'utf8')

test('docs/first-use.md shows what the command prints', async () => {
  const cwd = folder()
  mkdirSync(join(cwd, 'db/migrate'), { recursive: true })
  writeFileSync(join(cwd, 'package.json'), '{"dependencies":{"pg":"8.23.1"}}')
  writeFileSync(join(cwd, 'db/migrate/20260101_users.sql'), 'select 1;\n')
  writeFileSync(join(cwd, 'db/migrate/20260102_email.sql'), 'create index users_email on users (email);\n')
  const { code, out, err } = await inProcess(['review', 'db/migrate'], { cwd })
  expect(code).toBe(0)
  expect(page('first-use.md')).toContain(`\`\`\`text\n${err}${out}\`\`\``)
})

test('docs/cli.md names every place that is looked at', () => {
  const text = page('cli.md')
  const named = (path: string) => text.includes(`\`${path}\``)
  expect(usualPlaces.filter((path) => !named(path))).toEqual([])
  const files = Object.keys(sources).map((path) => path.replace(/compose\.yaml$/, 'compose.yml'))
  const short = files.filter((path) => !named(path) && !text.includes(`/${basename(path)}\``))
  expect(short).toEqual([])
})
