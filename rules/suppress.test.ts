import { describe, expect, test } from 'vitest'
import { catalog } from './catalog.ts'
import { configurableRules } from './configurable.ts'
import type { ReviewOptions, Severity } from './review.ts'
import { reviewSql } from './testing.ts'

const why = 'no query names it since March'

/** What other rules say of the same statements is not looked at here. */
const few: Readonly<Record<string, Severity>> = {
  ...Object.fromEntries(configurableRules.map((id) => [id, 'off'])),
  ...{ 'drop-table': 'block', 'drop-column': 'warn', 'alter-column-type': 'warn', suppression: 'warn' },
}

/** What is found, and what is allowed, as `line rule` and `line rule severity: reason`. */
async function judged(sql: string, options: Partial<ReviewOptions> = {}) {
  const severities = { ...few, ...options.severities }
  const [reviewed] = await reviewSql(sql, { engine: 'postgres', ...options, severities })
  return {
    found: reviewed?.findings.map(({ line, rule }) => `${line} ${rule}`),
    allowed: reviewed?.allowed.map(
      ({ line, rule, severity, reason, finding }) => `${line}/${finding.line} ${rule} ${severity}: ${reason}`,
    ),
  }
}
const drop = `-- dbward: allow drop-table: ${why}\nDROP TABLE a;`
const allowedDrop = `1/2 drop-table block: ${why}`

describe('a comment lets through', () => {
  test.each<[string, string, readonly string[], readonly string[]]>([
    ['what its rule finds in the next statement', drop, [], [allowedDrop]],
    ['nothing in the statement after that', `${drop}\nDROP TABLE b;`, ['3 drop-table'], [allowedDrop]],
    [
      'across empty statements and other comments',
      drop.replace('\n', '\n;;-- x\n'),
      [],
      ['1/3 drop-table block: no query names it since March'],
    ],
    [
      'as a block, also on the line of its statement',
      `/* dbward: allow drop-table: ${why} */ DROP TABLE a;`,
      [],
      [`1/1 drop-table block: ${why}`],
    ],
    [
      'as a block over several lines',
      `/*\n * dbward: allow drop-table:\n *   gone\n   since\n */\nDROP TABLE a;`,
      [],
      ['1/6 drop-table block: * gone since'],
    ],
    [
      'with others, each for its rule',
      `-- dbward: allow drop-column: x1\n-- dbward: allow alter-column-type: x2\nALTER TABLE a DROP COLUMN b, ALTER c TYPE int;`,
      [],
      ['1/3 drop-column warn: x1', '2/3 alter-column-type warn: x2'],
    ],
    [
      'all that its rule finds there, and nothing of another rule',
      `-- dbward: allow drop-column: x1\nALTER TABLE a DROP COLUMN b, DROP COLUMN c, ALTER d TYPE int;`,
      ['2 alter-column-type'],
      ['1/2 drop-column warn: x1', '1/2 drop-column warn: x1'],
    ],
    [
      'in the up section',
      `-- migrate:up\n${drop}\n-- migrate:down\nDROP TABLE b;`,
      [],
      ['2/3 drop-table block: no query names it since March'],
    ],
  ])('%s', async (_name, sql, found, allowed) => {
    expect(await judged(sql)).toEqual({ found, allowed })
  })

  test('on MySQL and MariaDB, behind a # too, and around a stored program', async () => {
    const sql = `# dbward: allow drop-table: ${why}\nDROP TABLE a;\nDELIMITER //\n-- dbward: allow drop-table: later\nCREATE PROCEDURE p() BEGIN DROP TABLE b; END//\n`
    expect(await judged(sql, { engine: 'mariadb' })).toEqual({
      found: [],
      allowed: [allowedDrop, '4/5 drop-table block: later'],
    })
  })

  test('what one environment blocks and another does not look for', async () => {
    expect(await judged(drop, { severities: { 'drop-table': 'off' } })).toEqual({ found: [], allowed: [] })
    expect(await judged(drop, { severities: { 'drop-table': 'note' } })).toMatchObject({
      allowed: [`1/2 drop-table note: ${why}`],
    })
  })
})

describe('a comment lets nothing through', () => {
  const never: Partial<ReviewOptions> = { neverAllow: ['drop-table'] }
  test.each<[string, string, readonly string[], string, Partial<ReviewOptions>?]>([
    [
      'without a reason',
      '-- dbward: allow drop-table:\nDROP TABLE a;',
      ['1 suppression', '2 drop-table'],
      'Say why those who approve can accept it: -- dbward: allow drop-table: <reason>',
    ],
    [
      'with a reason that says nothing',
      '-- dbward: allow drop-table: ...\nDROP TABLE a;',
      ['1 suppression', '2 drop-table'],
      'Say why those who approve can accept it: -- dbward: allow drop-table: <reason>',
    ],
    [
      'with a reason that nobody reads',
      `-- dbward: allow drop-table: ${'x'.repeat(501)}\nDROP TABLE a;`,
      ['1 suppression', '2 drop-table'],
      'Say it in at most 500 characters.',
    ],
    [
      'for a rule that is mistyped',
      drop.replace('drop-table', 'drop-tabel'),
      ['1 suppression', '2 drop-table'],
      `Write: -- dbward: allow drop-table: ${why}`,
    ],
    [
      'for a rule that is none',
      drop.replace('drop-table', 'everything'),
      ['1 suppression', '2 drop-table'],
      'Take the id of a finding: -- dbward: allow <rule>: <reason>',
    ],
    [
      'for a rule of another engine',
      '-- dbward: allow no-transaction: x\nDROP TABLE a;',
      ['1 suppression', '2 drop-table'],
      'Take the id of a finding: -- dbward: allow <rule>: <reason>',
      { engine: 'mysql' },
    ],
    [
      'for several rules at once',
      '-- dbward: allow drop-table, truncate: x\nDROP TABLE a;',
      ['1 suppression', '2 drop-table'],
      'Write a comment for each rule, before the statement that it is about:\n-- dbward: allow drop-table: <reason>\n-- dbward: allow truncate: <reason>',
    ],
    [
      'with another verb',
      '-- dbward: ignore drop-table: x\nDROP TABLE a;',
      ['1 suppression', '2 drop-table'],
      'Write, before the statement that it is about:\n-- dbward: allow drop-table: <reason>',
    ],
    [
      'without its colon',
      '-- dbward allow drop-table: x\nDROP TABLE a;',
      ['1 suppression', '2 drop-table'],
      'Write, before the statement that it is about:\n-- dbward: allow drop-table: <reason>',
    ],
    [
      'in capitals',
      '-- DBWARD: ALLOW DROP-TABLE: x\nDROP TABLE a;',
      ['1 suppression', '2 drop-table'],
      'Write, before the statement that it is about:\n-- dbward: allow drop-table: <reason>',
    ],
    [
      'for a whole file',
      '-- dbward: allow-file drop-table: x\nDROP TABLE a;',
      ['1 suppression', '2 drop-table'],
      'Write, before the statement that it is about:\n-- dbward: allow drop-table: <reason>',
    ],
    [
      'where nothing is found',
      drop.replace('DROP', 'LOCK'),
      ['1 suppression'],
      'Remove this comment, or move it to right before the statement that it is about.',
    ],
    [
      'at the end',
      `SELECT 1;\n-- dbward: allow drop-table: x\n`,
      ['2 suppression'],
      'Remove this comment, or move it to right before the statement that it is about.',
    ],
    [
      'behind its statement',
      `DROP TABLE a; -- dbward: allow drop-table: x\nDROP TABLE b;`,
      ['1 drop-table', '1 suppression', '2 drop-table'],
      'Put it on a line of its own before the statement:\n-- dbward: allow drop-table: x',
    ],
    [
      'inside of its statement',
      `DROP TABLE -- dbward: allow drop-table: x\na;`,
      ['1 drop-table', '1 suppression'],
      'Put it on a line of its own before the statement:\n-- dbward: allow drop-table: x',
    ],
    [
      'for what always blocks',
      `-- dbward: allow unparsed: x\nDROPP TABLE a;`,
      ['1 suppression', '2 unparsed'],
      'Remove this comment, and mend what unparsed finds.',
    ],
    [
      'for comments',
      `-- dbward: allow suppression: x\nSELECT 1;`,
      ['1 suppression'],
      'Remove this comment, and mend what suppression finds.',
    ],
    [
      'that the policy does not',
      drop,
      ['1 suppression', '2 drop-table'],
      'Remove this comment, and write the statement otherwise: dbward review --explain drop-table',
      never,
    ],
  ])('%s', async (_name, sql, found, instead, options = {}) => {
    expect(await judged(sql, options)).toEqual({ found, allowed: [] })
    const [reviewed] = await reviewSql(sql, { engine: 'postgres', ...options })
    expect(reviewed?.findings.find(({ rule }) => rule === 'suppression')?.instead).toBe(instead)
  })

  test.each([
    ['in a literal', "SELECT '\n-- dbward: allow drop-table: x\n'; DROP TABLE a;", 'postgres'],
    ['in a body', 'DO $$\n-- dbward: allow drop-table: x\nBEGIN NULL; END $$; DROP TABLE a;', 'postgres'],
    [
      'in a comment that some servers execute',
      '/*!50000 dbward: allow drop-table: x */ DROP TABLE a;',
      'mysql',
    ],
    ['in a hint', '/*+ dbward: allow drop-table: x */ DROP TABLE a;', 'mysql'],
    ['in a quoted name', 'SELECT 1 AS "\n-- dbward: allow drop-table: x\n"; DROP TABLE a;', 'postgres'],
    [
      'in the down section',
      'DROP TABLE a;\n-- migrate:down\n-- dbward: allow drop-table: x\nDROP TABLE b;',
      'postgres',
    ],
    ['in words about dbward', '-- dbward blocks this; allow drop-table\nDROP TABLE a;', 'postgres'],
  ] as const)('%s, where nobody looks for one', async (_name, sql, engine) => {
    const up = sql.includes('migrate:down') ? `-- migrate:up\n${sql}` : sql
    const { found, allowed } = await judged(up, { engine })
    expect(allowed).toEqual([])
    expect(found?.filter((one) => /drop-table|unparsed/.test(one))).not.toEqual([])
    expect(found?.filter((one) => one.endsWith('suppression'))).toEqual([])
  })

  test('where another comment does', async () => {
    expect(await judged(`-- dbward: allow drop-table: y\n${drop}`)).toEqual({
      found: ['2 suppression'],
      allowed: ['1/3 drop-table block: y'],
    })
  })

  test('beyond the number that anybody reads', async () => {
    const { found, allowed } = await judged(`${drop}\n`.repeat(600).replaceAll('a;', 'a;\n'))
    expect(allowed).toHaveLength(500)
    expect(found?.filter((one) => one.endsWith('suppression'))).toHaveLength(1)
  })
})

test('a rule that always blocks stays where it is, whoever allows it', async () => {
  for (const { id } of catalog.filter(({ fixed }) => fixed === true)) {
    const rule = catalog.find((one) => one.id === id)
    if (rule === undefined || !rule.engines.includes('postgres')) continue
    const comment = `-- dbward: allow ${id}: please`
    const { found, allowed } = await judged(
      rule.bad
        .split('\n')
        .map((line) => (line.startsWith('--') ? line : `${comment}\n${line}`))
        .join('\n'),
    )
    expect(allowed).toEqual([])
    expect(found?.some((one) => one.endsWith(` ${id}`))).toBe(true)
  }
})

test('what a comment about comments finds can be set, and an unknown rule that none allows is an error', async () => {
  const idle = '-- dbward: allow drop-table: x\nSELECT 1;'
  expect(await judged(idle, { severities: { suppression: 'off' } })).toEqual({ found: [], allowed: [] })
  await expect(judged(idle, { neverAllow: ['drop-tabel'] })).rejects.toThrow(/never_allow: expected rules/)
})
