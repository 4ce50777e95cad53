import { describe, expect, test } from 'vitest'
import { evidenceIn, evidenceOfSql, guessEngine } from './engine-guess.ts'

type Files = Readonly<Record<string, string | undefined>>

function guess(files: Files, folders: readonly string[] = ['']) {
  const read = (path: string) => (Object.hasOwn(files, path) ? files[path] : null)
  const sql = Object.entries(files).flatMap(([path, text]) =>
    path.endsWith('.sql') ? [{ path, bytes: new TextEncoder().encode(text) }] : [],
  )
  return guessEngine([...evidenceIn(folders, read), ...evidenceOfSql(sql)])
}

const prisma = (provider: string) =>
  `generator client {\n  provider = "prisma-client-js"\n}\ndatasource db {\n  provider = "${provider}"\n}\n`
const compose = (...images: readonly string[]) =>
  `services:\n${images.map((image, i) => `  s${i}:\n    image: ${image}\n`).join('')}`
const node = (...names: readonly string[]) =>
  JSON.stringify({ dependencies: Object.fromEntries(names.map((name) => [name, '1'])) })

describe('certain', () => {
  test.each<[string, Files, string, string]>([
    [
      'Prisma',
      { 'prisma/schema.prisma': prisma('postgresql') },
      'postgres',
      'prisma/schema.prisma says provider = "postgresql"',
    ],
    [
      'its lock',
      { 'prisma/migrations/migration_lock.toml': 'provider = "postgresql"' },
      'postgres',
      'prisma/migrations/migration_lock.toml says provider = "postgresql"',
    ],
    [
      'Rails',
      { 'config/database.yml': 'default:\n  adapter: postgresql # here\nx:\n  adapter: "postgresql"\n' },
      'postgres',
      'config/database.yml says adapter: postgresql',
    ],
    [
      'an address',
      { '.env': 'A=1\nexport DATABASE_URL="postgres://u:hunter2@h/d"\n' },
      'postgres',
      '.env says a DATABASE_URL of the scheme postgres',
    ],
    [
      'an address with its driver',
      { '.env.example': 'DATABASE_URL=postgresql+asyncpg://u@h/d' },
      'postgres',
      '.env.example says a DATABASE_URL of the scheme postgresql',
    ],
    [
      'MariaDB by its address',
      { '.env': 'DATABASE_URL=mariadb://u@h/d' },
      'mariadb',
      '.env says a DATABASE_URL of the scheme mariadb',
    ],
    [
      'Flyway',
      { 'flyway.conf': 'flyway.user=x\nflyway.url=jdbc:postgresql://h/d' },
      'postgres',
      'flyway.conf says the url jdbc:postgresql',
    ],
    [
      'Flyway in TOML',
      { 'flyway.toml': '[environments.x]\nurl = "jdbc:mariadb://h/d"' },
      'mariadb',
      'flyway.toml says the url jdbc:mariadb',
    ],
    ['Node', { 'package.json': node('pg', 'left-pad') }, 'postgres', 'package.json has the driver pg'],
    ['Ruby', { Gemfile: "gem 'rails'\ngem 'pg', '~> 1.1'\n" }, 'postgres', 'Gemfile has the driver pg'],
    [
      'Go',
      {
        'go.mod':
          'require (\n\tgithub.com/jackc/pgx/v5 v5.5.0\n\tgithub.com/go-sql-driver/mysql v1.7.0 // indirect\n)\n',
      },
      'postgres',
      'go.mod has the driver github.com/jackc/pgx',
    ],
    [
      'Java',
      { 'pom.xml': '<artifactId>postgresql</artifactId>' },
      'postgres',
      'pom.xml has the driver postgresql',
    ],
    [
      'Python',
      { 'requirements.txt': 'django==5\npsycopg2-binary>=2.9\n' },
      'postgres',
      'requirements.txt has the driver psycopg2-binary',
    ],
    [
      'containers',
      { 'compose.yaml': compose('redis:7', 'docker.io/library/mysql:8.4') },
      'mysql',
      'compose.yaml runs an image of mysql',
    ],
    [
      'the SQL',
      { 'a.sql': 'create index concurrently i on a (b);' },
      'postgres',
      'a.sql has INDEX CONCURRENTLY',
    ],
  ])('%s', (_name, files, engine, reason) => {
    expect(guess(files)).toEqual({ engine, reasons: [reason] })
  })

  test('a family, and a source that tells which of it', () => {
    const files = { 'package.json': node('mysql2'), 'docker-compose.yml': compose('mariadb:11') }
    expect(guess(files)).toEqual({
      engine: 'mariadb',
      reasons: ['package.json has the driver mysql2', 'docker-compose.yml runs an image of mariadb'],
    })
  })

  test('drivers of both, and SQL that only one takes', () => {
    expect(guess({ 'package.json': node('pg', 'mysql2'), 'a.sql': 'select 1::int' })).toMatchObject({
      engine: 'postgres',
      reasons: ['a.sql has a cast with ::'],
    })
  })

  test('what a project says above its migrations', () => {
    expect(guess({ 'api/package.json': node('pg') }, ['api/db', 'api', ''])).toMatchObject({
      engine: 'postgres',
    })
  })
})

describe('asked for', () => {
  test.each<[string, Files, RegExp]>([
    ['nothing', {}, /^nothing here says which$/],
    ['MySQL or MariaDB', { 'package.json': node('mysql2') }, /^it may be mysql or mariadb$/],
    ['the same by its address', { '.env': 'DATABASE_URL=mysql://u@h/d' }, /^it may be mysql or mariadb$/],
    ['the same by Prisma', { 'prisma/schema.prisma': prisma('mysql') }, /^it may be mysql or mariadb$/],
    ['the same by the SQL', { 'a.sql': 'create table `a` (x int)' }, /^it may be mysql or mariadb$/],
    ['two drivers', { 'package.json': node('pg', 'mysql2') }, /^it may be postgres or mysql or mariadb$/],
    ['two images', { 'compose.yml': compose('postgres', 'mariadb') }, /^it may be postgres or mariadb$/],
    [
      'two that disagree',
      { 'package.json': node('pg'), 'a.sql': 'create table `a` (x int)' },
      /does not agree/,
    ],
    [
      'two of one project',
      { 'prisma/schema.prisma': prisma('postgresql'), '.env': 'DATABASE_URL=mysql://h/d' },
      /does not agree/,
    ],
    ['two files of SQL', { 'a.sql': 'select 1::int', 'b.sql': 'create table `a` (x int)' }, /does not agree/],
    [
      'two adapters',
      { 'config/database.yml': 'a:\n  adapter: sqlite3\nb:\n  adapter: postgresql\n' },
      /^it may be/,
    ],
    [
      'an adapter that a program names',
      { 'config/database.yml': 'a:\n  adapter: <%= ENV["X"] %>\n' },
      /^nothing here/,
    ],
    ['another database', { 'prisma/schema.prisma': prisma('sqlite') }, /does not agree/],
    ['a source that cannot be read', { 'package.json': node('pg'), '.env': undefined }, /does not agree/],
    ['a manifest that is none', { 'package.json': '{"dependencies": [' }, /^nothing here/],
    [
      'a manifest of odd things',
      { 'package.json': '{"dependencies":{"__proto__":1,"constructor":1}}' },
      /^nothing here/,
    ],
  ])('%s', (_name, files, why) => {
    expect(guess(files)).toMatchObject({ engine: null, why: expect.stringMatching(why) })
  })

  test('with what was seen, and no address', () => {
    const { reasons } = guess({
      'package.json': node('pg', 'mysql2'),
      '.env': 'DATABASE_URL=mysql://root:hunter2@db.internal/prod',
    })
    expect(reasons).toEqual([
      '.env says a DATABASE_URL of the scheme mysql',
      'package.json has the drivers mysql2 and pg',
    ])
  })
})
