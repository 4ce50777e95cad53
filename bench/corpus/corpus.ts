import type { Engine } from '@dbward/rules/engine'
import { type Change, createTable } from './create-table.ts'
import { alterations as mysqlAlterations } from './mysql-alter.ts'
import { delimited, codeChanges as mysqlCode } from './mysql-code.ts'
import { addTable, alterations as postgresAlterations } from './postgres-alter.ts'
import { codeChanges as postgresCode, preamble } from './postgres-code.ts'
import { keyed, type Project, startProject, type Table } from './project.ts'
import { random } from './random.ts'
import { rowChanges } from './rows.ts'
import { phrases } from './words.ts'

export type CorpusFile = { readonly path: string; readonly text: string; readonly statements: number }

const filesOfProject = 40

/**
 * Migrations as projects write them, the same for the same seed: each project begins with a few tables and changes
 * them from file to file, in the manner of its people and its tool. Every file would run after those before it.
 */
export function corpus(engine: Engine, count: number, seed = 1): readonly CorpusFile[] {
  const files: CorpusFile[] = []
  for (let nth = 0; files.length < count; nth++) {
    const project = startProject(engine, random(seed * 7919 + nth))
    const wanted = Math.min(filesOfProject, count - files.length)
    for (let i = 0; i < wanted; i++) files.push(migration(project, nth, i))
  }
  return files
}

function migration(project: Project, nth: number, i: number): CorpusFile {
  const { engine, random, style } = project
  const changes: Change[] = []
  const wanted = i === 0 ? random.int(3, 14) : random.weighted(changesOfFile)
  for (let tries = 0; changes.length < wanted && tries < 50; tries++) {
    const made = i === 0 ? createTable(project) : change(project)
    if (made.length > 0) changes.push(made)
    if (changes.length === 1 && isAlone(made)) break
  }
  const path = `${engine}/${String(nth).padStart(3, '0')}-${style.tool}/${20250000 + i}_${random.pick(subjects)}.sql`
  const [alone] = changes
  if (alone !== undefined && isAlone(alone)) return { path, text: outside(project, alone), statements: 1 }
  const all = engine === 'postgres' && i > 0 ? [preamble(project), ...changes] : changes
  const kept = all.filter((one) => one.length > 0)
  return { path, text: written(project, kept), statements: kept.flat().length }
}

const subjects = [
  'add_columns',
  'init',
  'update_schema',
  'cleanup',
  'new_tables',
  'fix',
  'indexes',
  'backfill',
]

// Most files do one thing, and a few are a release's worth.
const changesOfFile: readonly (readonly [number, number])[] = [
  [58, 1],
  [20, 2],
  [9, 3],
  [6, 5],
  [4, 9],
  [2, 16],
  [1, 36],
]

function change(project: Project): Change {
  const { random, engine } = project
  const table: Table = random.pick(keyed(project))
  const postgres = engine === 'postgres'
  return random.weighted<() => Change>([
    [24, () => addTable(project)],
    [52, () => random.weighted(postgres ? postgresAlterations : mysqlAlterations)(project, table)],
    [12, () => random.weighted(rowChanges)(project, table)],
    [12, () => random.weighted(postgres ? postgresCode : mysqlCode)(project, table)],
  ])()
}

/** What PostgreSQL runs outside of a transaction only has a file to itself, or is written without that word. */
function isAlone(change: Change): boolean {
  return change.length === 1 && /concurrently/i.test(change[0] ?? '')
}

function outside(project: Project, [statement = '']: Change): string {
  const body = end(project, statement)
  if (project.style.tool !== 'dbmate') return body
  return `-- migrate:up transaction:false\n${body}\n-- migrate:down transaction:false\n`
}

function written(project: Project, changes: readonly Change[]): string {
  const { style, random } = project
  const parts = changes.map((one) => {
    const ended = one.map((statement) => end(project, statement.replace(/concurrently /i, '')))
    return `${remark(project, one)}${ended.join(between(project))}`
  })
  const body = parts.join(style.tool === 'drizzle' ? '--> statement-breakpoint\n' : '\n')
  switch (style.tool) {
    case 'dbmate':
      return `-- migrate:up\n${body}\n-- migrate:down\n${down(project)}`
    case 'transaction':
      return style.upper ? `BEGIN;\n\n${body}\nCOMMIT;\n` : `begin;\n\n${body}\ncommit;\n`
    default:
      return random.chance(0.25) ? `-- ${random.pick(phrases)}\n\n${body}` : body
  }
}

function between(project: Project): string {
  if (project.style.tool === 'drizzle') return '--> statement-breakpoint\n'
  return project.style.tool === 'prisma' || project.random.chance(0.4) ? '\n' : ''
}

function end(project: Project, statement: string): string {
  if (!statement.startsWith(delimited)) return `${statement};\n`
  const mark = project.random.pick(['$$', '//'])
  return `DELIMITER ${mark}\n${statement.slice(delimited.length)}${mark}\nDELIMITER ;\n`
}

function remark({ style, random }: Project, [first = '']: Change): string {
  if (style.tool === 'prisma')
    return `-- ${first
      .split(/[\s(]+/, 2)
      .map(capital)
      .join('')}\n`
  if (style.tool === 'drizzle' || !random.chance(style.commented ? 0.4 : 0.12)) return ''
  return random.chance(0.8)
    ? `-- ${random.pick(phrases)}\n`
    : `/* ${random.pick(phrases)}\n   (see the ticket) */\n`
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase()
}

function down({ random, tables }: Project): string {
  return random.chance(0.5) ? '' : `DROP TABLE IF EXISTS ${random.pick(tables).name};\n`
}
