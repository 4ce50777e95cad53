import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { exists, rooms, root } from './tree.ts'

const databaseDrivers =
  /^(@?pg|pg-.*|postgres|postgres-.*|@neondatabase\/.*|@electric-sql\/.*|mysql|mysql2|mariadb|tedious|mssql|oracledb|mongodb|knex|kysely|sequelize|typeorm|@prisma\/.*|prisma|slonik|drizzle-orm)$/
const serverParts = /^(better-sqlite3|fastify|probot|prom-client|@octokit\/webhooks|@dbward\/app)$/

// Packages are hoisted into one folder in a checkout, where every room can reach every package. What a room really
// brings with it shows only where nothing else is installed.
describe('installed alone, for production', { timeout: 300_000 }, () => {
  test('the server has no database driver', async () => {
    const packages = await closureOf('app')
    expect(packages).toContain('fastify')
    expect(packages).toContain('@dbward/protocol')
    expect(packages.filter((name) => databaseDrivers.test(name))).toEqual([])
    expect(packages).not.toContain('@dbward/agent')
  })

  test('the agent has nothing of the server', async () => {
    const packages = await closureOf('agent')
    expect(packages).toContain('pg')
    expect(packages.filter((name) => serverParts.test(name))).toEqual([])
  })

  test('what both compute alike needs neither', async () => {
    const packages = await closureOf('protocol')
    expect(packages.filter((name) => !name.startsWith('@dbward/'))).toEqual(['@noble/ed25519', 'yaml'])
  })
})

test('the pattern knows drivers, and knows them apart from parsers', () => {
  const drivers = [
    'pg',
    'pg-pool',
    'mysql2',
    'mariadb',
    'postgres',
    '@neondatabase/serverless',
    'postgres-bytea',
  ]
  expect(drivers.filter((name) => !databaseDrivers.test(name))).toEqual([])
  expect(
    ['libpg-query', 'pgsql-ast-parser', '@pgsql/types', 'better-sqlite3'].filter((name) =>
      databaseDrivers.test(name),
    ),
  ).toEqual([])
})

/** Every package that `npm ci -w ROOM --omit=dev` brings, wherever in the tree it lies. */
async function closureOf(room: string): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'dbward-closure-'))
  try {
    const manifests = ['.', ...rooms].map((one) => join(one, 'package.json'))
    for (const path of [...manifests, 'package-lock.json', '.npmrc'].filter(exists)) {
      mkdirSync(join(folder, path, '..'), { recursive: true })
      cpSync(join(root, path), join(folder, path))
    }
    const options = [
      '--omit=dev',
      '--ignore-scripts',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ]
    await promisify(execFile)('npm', ['ci', '-w', room, ...options], { cwd: folder })
    return [...new Set(packagesIn(join(folder, 'node_modules')))].sort()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function packagesIn(folder: string): readonly string[] {
  const names = entries(folder).flatMap((name) =>
    name.startsWith('@') ? entries(join(folder, name)).map((inner) => `${name}/${inner}`) : [name],
  )
  return names.flatMap((name) => [name, ...packagesIn(join(folder, name, 'node_modules'))])
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith('.'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
