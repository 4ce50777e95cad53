import { posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseSource, readSource } from './source.ts'
import { filesIn, isTest, rooms, runtimeFiles } from './tree.ts'

/**
 * Who may load what, in production. A zone is a folder or a file of one room; the longest one that fits a file counts.
 * `protocol/` stands for every file of that folder, other names for a package or a builtin. A line here is a promise
 * of SECURITY.md: change both together.
 */
const arrows: Readonly<Record<string, readonly string[]>> = {
  protocol: ['protocol/', '@noble/ed25519', 'node:crypto', 'yaml'],
  rules: ['rules/', 'libpg-query', 'pgsql-ast-parser'],
  'rules/worker.ts': ['rules/', 'node:worker_threads'],
  // Two switches of V8, without which the parser costs half a gigabyte of memory.
  'rules/postgres/tiering.ts': ['node:v8'],

  // The composition root, and what every part of the server may say: a log line, a number, a step.
  app: ['app/', 'protocol/', 'rules/', 'node:', 'fastify', 'pino', 'probot', 'prom-client'],
  'app/http': [
    'app/http/',
    'app/flow/',
    'app/oidc/',
    'app/store/',
    'app/*',
    'protocol/',
    'node:',
    'fastify',
    '@octokit/webhooks',
    'probot',
  ],
  'app/flow': [
    'app/flow/',
    'app/github/',
    'app/oidc/',
    'app/store/',
    'app/keys/',
    'app/view/',
    'app/*',
    'protocol/',
    'rules/',
    'node:',
    'probot',
  ],
  'app/github': ['app/github/', 'protocol/', 'node:', 'probot', '@octokit/rest', '@octokit/webhooks'],
  'app/store': ['app/store/', 'protocol/', 'node:', 'better-sqlite3'],
  'app/keys': ['app/keys/', 'protocol/', 'node:'],
  'app/oidc': ['app/oidc/', 'protocol/', 'node:', 'jose'],
  'app/view': ['app/view/', 'protocol/', 'rules/', 'node:crypto'],

  agent: ['agent/', 'protocol/', 'rules/', 'node:', 'mysql2', 'pg', 'pino'],
  'agent/github.ts': ['agent/', 'protocol/', '@octokit/auth-app', '@octokit/rest'],

  action: ['action/', 'agent/', 'protocol/', 'rules/', 'node:', '@actions/core'],

  cli: ['cli/', 'agent/', 'protocol/', 'rules/', 'node:', 'commander'],
}

/** Builtins that open connections, start programs or run text as code; who has them, and why. */
const guarded =
  /^node:(child_process|cluster|dgram|dns|http|http2|https|inspector|net|repl|tls|vm|wasi)(\/|$)/
const guardedFor: Readonly<Record<string, readonly string[]>> = {
  // Starts the server, which it may not import, as a process of its own.
  'cli/process.ts': ['node:child_process'],
  // Runs git, which is on every runner, to read the objects of a checkout.
  'action/git.ts': ['node:child_process'],
  'action/git-objects.ts': ['node:child_process'],
}

/** `app/*`: the files at the top of app/ that hold no flow of their own. */
const commonParts = ['app/config.ts', 'app/log.ts', 'app/metrics.ts', 'app/step.ts']

describe('every file of a room loads only what its room may', () => {
  for (const room of rooms) {
    for (const path of runtimeFiles(room)) {
      test(path, () => expect(broken(path)).toEqual([]))
    }
  }
})

describe('a test beside the source', () => {
  test('of protocol or of rules knows no other room', () => {
    const others = (path: string) => targets(path).filter((to) => /^(app|agent|cli|test|demo)\//.test(to))
    const leaves = [...filesIn('protocol', /\.ts$/), ...filesIn('rules', /\.ts$/)].filter(isTest)
    expect(leaves.flatMap(others)).toEqual([])
  })

  test('is loaded by no file that runs in production', () => {
    const wrong = rooms.flatMap(runtimeFiles).filter((path) => targets(path).some(isTest))
    expect(wrong).toEqual([])
  })
})

test('nobody but the tests imports the server', () => {
  const outside = ['protocol', 'rules', 'agent', 'action', 'cli', 'demo', 'tools', 'bench'].flatMap((room) =>
    filesIn(room, /\.(ts|mjs)$/),
  )
  expect(outside.filter((path) => targets(path).some((to) => to.startsWith('app/')))).toEqual([])
})

describe('the check itself sees', () => {
  const hidden = {
    'a type': "import type { A } from 'pg'",
    'an export': "export * from 'pg'",
    'a type in an expression': "type A = import('pg').Client",
    'a dynamic import': "const a = await import('pg')",
    'a require': "import { createRequire } from 'node:module'\nconst a = require('pg')",
    'a resolve': "new Worker(import.meta.resolve('pg'))",
    'a line break': "import {\n  A,\n} from\n  'pg'",
  }
  for (const [name, text] of Object.entries(hidden)) {
    test(name, () => expect(parseSource('x.ts', text).imports).toContain('pg'))
  }
  test('a name that is made at run time', () => {
    expect(parseSource('x.ts', 'await import(name)').imports).toEqual([null])
  })
  test('no comment', () => {
    expect(parseSource('x.ts', "// import 'pg'\nconst a = \"import 'pg'\"").imports).toEqual([])
  })
})

function broken(path: string): readonly string[] {
  const zone = zoneOf(path)
  const allowed = arrows[zone] ?? []
  return targets(path)
    .filter(
      (to) =>
        !allowed.some((one) => covers(one, to)) || (guarded.test(to) && !guardedFor[path]?.includes(to)),
    )
    .map((to) => `${path} must not load ${to} (${zone} may load ${allowed.join(', ')})`)
}

function zoneOf(path: string): string {
  const fitting = Object.keys(arrows).filter((zone) => path === zone || path.startsWith(`${zone}/`))
  return fitting.reduce((longest, zone) => (zone.length > longest.length ? zone : longest), '')
}

function covers(allowed: string, to: string): boolean {
  if (allowed === 'app/*') return commonParts.includes(to)
  return allowed.endsWith('/') || allowed === 'node:' ? to.startsWith(allowed) : to === allowed
}

/** What a file loads: a path from the root of the repository, or the name of a package. */
function targets(path: string): readonly string[] {
  return readSource(path).imports.map((name) => {
    if (name === null) return 'something that is named at run time'
    if (name.startsWith('.')) return posix.join(posix.dirname(path), name)
    const own = /^@dbward\/([^/]+)\/(.+)$/.exec(name)
    if (own) return `${own[1]}/${own[2]}.ts`
    if (name.startsWith('node:')) return name
    return name
      .split('/')
      .slice(0, name.startsWith('@') ? 2 : 1)
      .join('/')
  })
}
