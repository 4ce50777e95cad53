import { parse } from 'libpg-query'
import { expect, test } from 'vitest'
import { pasted } from './paste.ts'
import { reservedOnPostgres } from './reserved.ts'
import { show } from './statement.ts'
import { reviewSql } from './testing.ts'

test.each<[string, string, string]>([
  ['users', 'users', 'users'],
  ['Users', '"Users"', 'Users'],
  ['user', '"user"', 'user'],
  ['order', '"order"', '`order`'],
  ['Key', '"Key"', '`Key`'],
  ['a"b', '"a""b"', '`a"b`'],
  ['a`b', '"a`b"', '`a``b`'],
  ['a b', '"a b"', '`a b`'],
])('%s is a name to paste', (name, postgres, mysql) => {
  expect(pasted(name, 'postgres')).toBe(postgres)
  expect(pasted({ schema: name, name }, 'mysql')).toBe(`${mysql}.${mysql}`)
})

test('PostgreSQL takes each of its reserved words as it is shown, and not as it is', async () => {
  for (const word of reservedOnPostgres) {
    await expect(parse(`ALTER TABLE ${show(word)} ADD COLUMN ${show(word)} int`)).resolves.toBeDefined()
    const plain = parse(`ALTER TABLE ${word} ADD COLUMN ${word} int`)
    await expect(plain, word).rejects.toThrow()
  }
})

test('what is to be pasted has its names quoted', async () => {
  const [reviewed] = await reviewSql('ALTER TABLE "order" ALTER "group" SET NOT NULL;')
  const [, ...lines] = reviewed?.findings[0]?.instead.split('\n') ?? []
  expect(lines.length).toBeGreaterThan(3)
  await expect(parse(lines.join('\n'))).resolves.toBeDefined()
})
