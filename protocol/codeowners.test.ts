import { describe, expect, it } from 'vitest'
import { codeOwnersPaths, ownersOf, parseCodeOwners, readCodeOwners } from './codeowners.ts'
import type { TreeEntry } from './github.ts'

function owners(source: string, path: string): string {
  const rules = parseCodeOwners(source)
  if (typeof rules === 'string') throw new Error(rules)
  return ownersOf(rules, path).join(' ')
}

describe('a pattern', () => {
  it.each<[string, string, boolean]>([
    ['*', 'db/migrate/1_a.sql', true],
    ['*.sql', 'db/migrate/1_a.sql', true],
    ['*.sql', 'db/migrate/1_a.sqlx', false],
    ['/*.sql', 'db/migrate/1_a.sql', false],
    ['/*.sql', '1_a.sql', true],
    ['/db/migrate/', 'db/migrate/1_a.sql', true],
    ['/db/migrate/', 'old/db/migrate/1_a.sql', false],
    ['migrate/', 'old/db/migrate/1_a.sql', true],
    ['migrate/', 'migrate', false],
    ['migrate', 'old/db/migrate/1_a.sql', true],
    ['db/migrate', 'db/migrate/1_a.sql', true],
    ['db/migrate', 'old/db/migrate/1_a.sql', false],
    ['db/*', 'db/1_a.sql', true],
    ['db/*', 'db/migrate/1_a.sql', false],
    ['db/**', 'db/migrate/1_a.sql', true],
    ['**/migrate', 'old/db/migrate/1_a.sql', true],
    ['db/**/1_a.sql', 'db/1_a.sql', true],
    ['db/**/1_a.sql', 'db/a/b/1_a.sql', true],
    ['db/?_a.sql', 'db/1_a.sql', true],
    ['DB/*', 'db/1_a.sql', false],
    ['db/1.a.sql', 'db/1_a.sql', false],
  ])('%s of %s: %s', (pattern, path, matches) => {
    expect(owners(`${pattern} @bob`, path)).toBe(matches ? '@bob' : '')
  })
})

describe('a file of owners', () => {
  it('the last line that matches counts, also where it names nobody', () => {
    const source = '# all\n* @ann\n\n/db/ @Acme/DBA bob@example.com # of the database\n/db/free/\n'
    expect(owners(source, 'README.md')).toBe('@ann')
    expect(owners(source, 'db/1_a.sql')).toBe('@Acme/DBA bob@example.com')
    expect(owners(source, 'db/free/1_a.sql')).toBe('')
    expect(owners(source.replaceAll('\n', '\r\n'), 'db/1_a.sql')).toBe('@Acme/DBA bob@example.com')
  })

  it.each([
    ['an owner without its sign', '* @ann\ndb/ bob\n', /^line 2 has an owner/],
    ['a pattern that takes back', '* @ann\n!db/ @bob\n', /^line 2 has a pattern/],
    ['a pattern with a range', 'db/[a-z].sql @bob\n', /^line 1 has a pattern/],
  ])('is broken by %s', (_, source, why) => {
    expect(parseCodeOwners(source)).toMatch(why)
  })
})

describe('what the base commit says', () => {
  const at = (files: Readonly<Record<string, string>>, mode = '100644') =>
    readCodeOwners(
      {
        governed: async () =>
          new Map(
            Object.keys(files).map((path): [string, TreeEntry] => [
              path,
              { path, mode, type: 'blob', sha: path, size: files[path]?.length ?? 0 },
            ]),
          ),
        blob: async (sha) => new TextEncoder().encode(files[sha]),
      },
      'c'.repeat(40),
      ['db/1_a.sql', 'db/2_b.sql', 'db/3_c.sql'],
    )

  it('puts files of the same owners together, in lower case, without e-mail addresses', async () => {
    const source = 'db/ @Bob @acme/DBA\ndb/2_b.sql @acme/dba @bob c@example.com\ndb/3_c.sql c@example.com\n'
    expect(await at({ CODEOWNERS: source })).toMatchObject({
      found: 'yes',
      groups: [
        { paths: ['db/1_a.sql', 'db/2_b.sql'], users: ['bob'], teams: ['acme/dba'] },
        { paths: ['db/3_c.sql'], users: [], teams: [] },
      ],
    })
  })

  it('takes the first of the three places', async () => {
    const all = Object.fromEntries(codeOwnersPaths.map((path, i) => [path, `* @from${i}\n`]))
    const users = async (files: typeof all) => {
      const found = await at(files)
      return found.found === 'yes' ? found.groups[0]?.users : null
    }
    expect(await users(all)).toEqual(['from0'])
    const { [codeOwnersPaths[0]]: _, ...rest } = all
    expect(await users(rest)).toEqual(['from1'])
    expect(await users({ 'docs/CODEOWNERS': '* @docs\n' })).toEqual(['docs'])
  })

  it('nobody where it is missing, broken or no plain file', async () => {
    expect(await at({})).toEqual({ found: 'no', why: 'the base branch has no CODEOWNERS file' })
    expect(await at({ CODEOWNERS: '* bob\n' })).toMatchObject({
      found: 'no',
      why: expect.stringMatching(/broken: line 1/),
    })
    expect(await at({ CODEOWNERS: '* @bob\n' }, '120000')).toMatchObject({ found: 'no' })
  })
})
