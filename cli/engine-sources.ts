import { engines } from '@dbward/rules/engine'
import { family, type Said } from './engine-sql.ts'

type Read = (text: string) => Said | null

/** Where a repository says which database it is for: names of files, from the folder of a project. */
export const sources: Readonly<Record<string, Read>> = {
  'prisma/schema.prisma': prismaSchema,
  'schema.prisma': prismaSchema,
  'prisma/migrations/migration_lock.toml': prismaLock,
  'migration_lock.toml': prismaLock,
  'config/database.yml': railsAdapters,
  '.env.example': databaseUrl,
  '.env': databaseUrl,
  'flyway.conf': (text) => flyway(text, /^[ \t]*flyway\.url[ \t]*=[ \t]*jdbc:([a-z0-9]+)/gim),
  'flyway.toml': (text) => flyway(text, /^[ \t]*url[ \t]*=[ \t]*["']jdbc:([a-z0-9]+)/gim),
  'package.json': nodeDrivers,
  Gemfile: (text) => drivers(captured(text, /^[ \t]*gem[ \t(]+["']([\w-]+)["']/gm)),
  'go.mod': (text) =>
    drivers(captured(text, /^(?:require)?[ \t]*([\w.-]+\/[\w./-]+) v(?!.*\/\/ indirect)/gm)),
  'pom.xml': (text) => drivers(captured(text, /<artifactId>\s*([\w.-]+)\s*<\/artifactId>/g)),
  'requirements.txt': (text) => drivers(captured(text.toLowerCase(), /^[ \t]*([\w.-]+)/gm)),
  'pyproject.toml': (text) => drivers(captured(text.toLowerCase(), /^[ \t]*["']?([\w.-]+)/gm)),
  'docker-compose.yml': images,
  'docker-compose.yaml': images,
  'compose.yml': images,
  'compose.yaml': images,
}

// The clients of MySQL speak to MariaDB as well, and many a MariaDB is addressed as mysql://, so they tell no more
// than the family.
const names: Readonly<Record<string, Said['engines']>> = {
  postgres: family.postgres,
  postgresql: family.postgres,
  postgis: family.postgres,
  mysql: family.mysql,
  mysql2: family.mysql,
  trilogy: family.mysql,
  mariadb: ['mariadb'],
  ...Object.fromEntries(
    ['sqlite', 'sqlite3', 'file', 'sqlserver', 'mssql', 'oracle', 'cockroachdb', 'mongodb', 'h2'].map(
      (name) => [name, family.none] as const,
    ),
  ),
}

const driverFamilies: Readonly<Record<string, Said['engines']>> = Object.fromEntries([
  ...[
    'pg',
    'pg-promise',
    'postgres',
    'node-pg-migrate',
    'slonik',
    '@neondatabase/serverless',
    '@vercel/postgres',
  ]
    .concat(['@prisma/adapter-pg', 'github.com/lib/pq', 'github.com/jackc/pgx', 'postgresql'])
    .concat(['psycopg', 'psycopg2', 'psycopg2-binary', 'asyncpg', 'pg8000'])
    .map((name) => [name, family.postgres] as const),
  ...['mysql', 'mysql2', 'mariadb', '@planetscale/database', 'trilogy', 'github.com/go-sql-driver/mysql']
    .concat(['mysql-connector-j', 'mysql-connector-java', 'mariadb-java-client', 'mysqlclient', 'pymysql'])
    .concat(['aiomysql', 'asyncmy', 'mysql-connector-python'])
    .map((name) => [name, family.mysql] as const),
])

function prismaSchema(text: string): Said | null {
  const block = /^[ \t]*datasource[ \t]+\w+[ \t]*\{([^}]*)\}/m.exec(text)?.[1] ?? ''
  return named('provider = ', captured(block, /^[ \t]*provider[ \t]*=[ \t]*"(\w+)"/gm), '"')
}

function prismaLock(text: string): Said | null {
  return named('provider = ', captured(text, /^[ \t]*provider[ \t]*=[ \t]*"(\w+)"/gm), '"')
}

function railsAdapters(text: string): Said | null {
  const all = captured(text, /^[ \t]*adapter:[ \t]*(.*\S)/gm)
  const plain = all.map((value) => value.replace(/^["']|["']?(?:[ \t]+#.*)?$/g, ''))
  // One adapter for tests and another for production say nothing about these migrations; nor does a program.
  return new Set(plain).size === 1 ? named('adapter: ', plain) : undecided(plain, 'has several adapters')
}

function databaseUrl(text: string): Said | null {
  const schemes = captured(
    text,
    /^[ \t]*(?:export[ \t]+)?DATABASE_URL[ \t]*=[ \t]*["']?(?:jdbc:)?([a-z0-9]+)[+\w]*:/gim,
  )
  return new Set(schemes).size <= 1
    ? named('a DATABASE_URL of the scheme ', schemes)
    : undecided(schemes, 'has several DATABASE_URLs')
}

function flyway(text: string, url: RegExp): Said | null {
  const found = captured(text, url)
  return new Set(found).size <= 1 ? named('the url jdbc:', found) : undecided(found, 'has several urls')
}

function named(words: string, found: readonly string[], quote = ''): Said | null {
  const name = (found[0] ?? '').toLowerCase()
  const possible = Object.hasOwn(names, name) ? names[name] : undefined
  if (possible === undefined) return null
  const beside = possible.length === 0 ? ', which dbward does not review' : ''
  return { engines: possible, says: `says ${words}${quote}${name}${quote}${beside}` }
}

function undecided(found: readonly string[], says: string): Said | null {
  return found.length === 0 ? null : { engines, says }
}

function nodeDrivers(text: string): Said | null {
  let manifest: unknown
  try {
    manifest = JSON.parse(text)
  } catch {
    return null
  }
  const lists = ['dependencies', 'devDependencies', 'optionalDependencies'] as const
  return drivers(lists.flatMap((list) => keysOf(keyOf(manifest, list))))
}

function drivers(packages: readonly string[]): Said | null {
  const found = [...new Set(packages.map((name) => name.replace(/^(github\.com\/jackc\/pgx)\/v\d+$/, '$1')))]
    .filter((name) => Object.hasOwn(driverFamilies, name))
    .sort()
  if (found.length === 0) return null
  const possible = engines.filter((one) => found.some((name) => driverFamilies[name]?.includes(one)))
  return {
    engines: possible,
    says: `has the ${found.length === 1 ? 'driver' : 'drivers'} ${found.join(' and ')}`,
  }
}

const imageNames: readonly (readonly [RegExp, Said['engines'], string])[] = [
  [/(^|\/)(postgres|postgresql|postgis|pgvector|timescaledb)$/, family.postgres, 'postgres'],
  [/(^|\/)(mysql|mysql-server)$/, ['mysql'], 'mysql'],
  [/(^|\/)mariadb$/, ['mariadb'], 'mariadb'],
]

function images(text: string): Said | null {
  const used = captured(text, /^[ \t]*(?:-[ \t]+)?image:[ \t]*["']?([^\s"'#:@]+)/gm)
  const found = imageNames.filter(([name]) => used.some((image) => name.test(image)))
  if (found.length === 0) return null
  const listed = found.map(([, , name]) => name).join(' and ')
  return { engines: found.flatMap(([, possible]) => possible), says: `runs an image of ${listed}` }
}

function captured(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, first = '']) => first)
}

function keyOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined
}

function keysOf(value: unknown): readonly string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : []
}
