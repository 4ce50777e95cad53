import type { Engine } from '../engine.ts'
import { pasted } from '../paste.ts'
import { type Name, show } from '../statement.ts'
import type { TableWork } from './blocking.ts'
import type { Work } from './work.ts'

/** What a command does, as the subject of a sentence, with the author's names. */
export function phraseOf(work: Work, { table, about, asked }: TableWork): string {
  const name = show(table)
  const column = about === undefined ? 'a column' : show(about)
  switch (work) {
    case 'add-column-by-expression':
    case 'add-column-by-sequence':
      return `Adding ${column} with an expression as its default`
    case 'add-column-auto-increment':
      return `Adding ${column} with AUTO_INCREMENT`
    case 'add-column-checked':
      return `Adding ${column} with a CHECK`
    case 'add-column-referencing':
      return `Adding ${column} with a foreign key`
    case 'add-column-stored':
      return `Adding ${column} as a stored generated column`
    case 'add-column-virtual-among-others':
      return `Adding the virtual column ${column} together with other changes`
    case 'modify-column':
      return `Changing ${column} of ${name}`
    case 'modify-column-auto-increment':
      return `Changing ${column} of ${name} to AUTO_INCREMENT`
    case 'add-primary-key':
      return 'Adding a primary key'
    case 'replace-primary-key':
      return 'Replacing the primary key'
    case 'drop-primary-key':
      return 'Dropping the primary key'
    case 'add-foreign-key':
      return about === undefined ? 'Adding a foreign key' : `Adding the foreign key ${show(about)}`
    case 'add-check':
      return about === undefined ? 'Adding a CHECK' : `Adding the CHECK ${show(about)}`
    case 'asked':
      return asked.algorithm === 'copy' ? 'ALGORITHM=COPY' : `LOCK=${(asked.lock ?? 'shared').toUpperCase()}`
    default:
      return others[work] ?? 'This command'
  }
}

const others: Partial<Record<Work, string>> = {
  'enforce-check': 'Enforcing a CHECK',
  'convert-charset': 'CONVERT TO CHARACTER SET',
  'engine-innodb': 'A change to InnoDB',
  'engine-other': 'A change of the storage engine',
  encryption: 'A change of ENCRYPTION',
  'move-tablespace': 'A change of TABLESPACE',
  'order-rows': 'ORDER BY',
  'ignore-duplicates': 'A UNIQUE key by ALTER IGNORE deletes rows that are equal in it, and',
  'add-versioning': 'System versioning',
  'drop-versioning': 'Dropping system versioning',
  'partition-table': 'A change of how the table is partitioned',
  'move-rows-of-partitions': 'Moving rows between partitions',
  'rebuild-partitions': 'Rebuilding partitions',
  'exchange-partition': 'EXCHANGE PARTITION',
}

const tool =
  'use a tool that changes the schema online (gh-ost, pt-online-schema-change), or take an hour without writes'

/** The way that lets writers go on: a sentence, and SQL to paste where there is some. */
export function wayOf(
  work: Work,
  { table, about }: TableWork,
  engine: Engine,
): readonly [string, ...string[]] {
  const paste = (name: Name | string) => pasted(name, engine)
  const alter = `ALTER TABLE ${paste(table)}`
  const column = paste(about ?? 'a')
  switch (work) {
    case 'add-column-by-expression':
    case 'add-column-by-sequence':
      return [
        'Add it without a default, set that for new rows, then fill the old ones in batches.',
        `${alter} ADD COLUMN ${column} ...;`,
        `${alter} ALTER COLUMN ${column} SET DEFAULT (...);`,
      ]
    case 'add-column-checked':
      return [`Add it without the CHECK; for that, ${tool}.`, `${alter} ADD COLUMN ${column} ...;`]
    case 'add-column-referencing':
      return [
        `Add it with an index on it first, which writers do not notice; for the foreign key, ${tool}.`,
        `${alter} ADD COLUMN ${column} ..., ADD INDEX (${column});`,
      ]
    case 'add-column-stored':
      return [
        'Make it VIRTUAL, with an index where it is searched.',
        `${alter} ADD COLUMN ${column} ... AS (...) VIRTUAL;`,
      ]
    case 'add-column-virtual-among-others':
      return ['Put it into a statement of its own.', `${alter} ADD COLUMN ${column} ... AS (...) VIRTUAL;`]
    case 'modify-column':
    case 'modify-column-auto-increment':
      return [
        `For another type, add a column beside it, keep both filled, and change their names; or ${tool}.`,
        `${alter} ADD COLUMN ${paste(`${about ?? 'a'}_new`)} ...;`,
      ]
    case 'engine-innodb':
      return [
        'Where it is of InnoDB already, this builds it anew beside writers, and is refused otherwise.',
        `${alter} ENGINE=InnoDB, ALGORITHM=INPLACE, LOCK=NONE;`,
      ]
    case 'engine-other':
      return [`Stay with InnoDB, for other engines have no transactions; otherwise ${tool}.`]
    case 'replace-primary-key':
    case 'add-primary-key':
      return ['Make its columns NOT NULL first.']
    case 'drop-primary-key':
      return [
        'Drop the old key and add the new one in one statement.',
        `${alter} DROP PRIMARY KEY, ADD PRIMARY KEY (...), ALGORITHM=INPLACE, LOCK=NONE;`,
      ]
    case 'exchange-partition':
      return ['Where the rows are known to fit, WITHOUT VALIDATION does not read them (MySQL, MariaDB 11.4).']
    case 'ignore-duplicates':
      return [
        'Delete the rows that are too many by a DELETE that says which, then add the key without IGNORE.',
        `${alter} ADD UNIQUE (...);`,
      ]
    case 'asked':
      return ['Write ALGORITHM=INPLACE, LOCK=NONE: the server then refuses what it cannot do so.']
    default:
      return [
        engine === 'mariadb'
          ? `MariaDB copies without a lock from 11.2 on; before, ${tool}.`
          : `${tool[0]?.toUpperCase()}${tool.slice(1)}.`,
      ]
  }
}
