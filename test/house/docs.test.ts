import { posix } from 'node:path'
import { settings as agentSettings } from '@dbward/agent/config'
import { parsePolicy } from '@dbward/protocol/policy-parse'
import { configurableRules } from '@dbward/rules/configurable'
import { describe, expect, test } from 'vitest'
import { settings as serverSettings } from '../../app/config.ts'
import { createProgram } from '../../cli/program.ts'
import { realWorld } from '../../cli/world.ts'
import { anchors, blocks, leaves, sections, tableKeys, withoutBlocks, withoutCode } from './markdown.ts'
import { readSource } from './source.ts'
import { exists, filesIn, read, rooms, runtimeFiles } from './tree.ts'

const pages = filesIn('.', /\.md$/).filter((path) => !path.startsWith('.'))

describe.each(pages)('%s', (page) => {
  const text = read(page)

  test('its links lead somewhere', () => {
    const links = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, to = '']) => to)
    const local = links.filter((to) => !/^(https?:|mailto:)/.test(to))
    const lost = local.filter((to) => {
      const [path = '', anchor] = to.split('#')
      const target = path === '' ? page : posix.join(posix.dirname(page), path)
      return !exists(target) || (anchor !== undefined && !anchors(read(target)).includes(anchor))
    })
    expect(lost).toEqual([])
  })

  test('every file of this repository that it names is there', () => {
    const named = [
      ...text.matchAll(/`((?:protocol|rules|app|agent|cli|test|demo|tools|docs)\/[\w./-]+)`/g),
    ].map(([, path = '']) => path)
    expect(named.filter((path) => !exists(path))).toEqual([])
  })

  test('every dbward command that it names exists, with its options', () => {
    expect(commandsIn(text).flatMap(unknownIn)).toEqual([])
  })
})

test('the check sees commands, and knows the ones that are not there', () => {
  expect(commandsIn(read('README.md')).length).toBeGreaterThan(10)
  expect(unknownIn(['keys', 'make'])).toEqual(['dbward keys make: no command make'])
  expect(unknownIn(['review', '--fast', 'a.sql'])).toEqual(['dbward review --fast a.sql: no option --fast'])
})

test('docs/cli.md names every command', () => {
  const all: string[] = []
  const visit = (command: ReturnType<typeof createProgram>, path: string): void => {
    if (command.commands.length === 0) all.push(path)
    for (const one of command.commands) visit(one, `${path} ${one.name()}`)
  }
  visit(program(), 'dbward')
  const listed = [...read('docs/cli.md').matchAll(/^\| `(dbward [a-z ]+)` \|/gm)].map(([, name]) => name)
  expect(listed.sort()).toEqual(all.sort())
})

describe('docs/policy.md', () => {
  const examples = blocks(read('docs/policy.md'), 'yaml')

  test.each(examples)('its example %# is accepted', (text) => expect(problemsOf(text)).toEqual([]))
  test('has examples', () => expect(examples.length).toBeGreaterThan(1))

  test('names the keys that the parser knows, place by place', () => {
    const first = examples[0] ?? ''
    const documented = Object.fromEntries(
      sections(read('docs/policy.md')).flatMap(([title, text]) => {
        const keys = tableKeys(text)
        return keys.length === 0 ? [] : [[title.toLowerCase(), keys.sort()]]
      }),
    )
    // Every mapping of the example gets a key that nobody knows; the parser answers with those that it knows.
    const spoiled = first
      .replaceAll(/\{ /g, '{ zz: 1, ')
      .replaceAll(/^( *(?:- )?)(version|engine|mode|database):/gm, (all, lead: string) => {
        return `${lead}zz: 1\n${lead.replace('-', ' ')}${all.trim().replace(/^- /, '')}`
      })
    const told = problemsOf(spoiled).flatMap((message) => {
      const found = /^unknown key zz in (.+); known are (.+)$/.exec(message)
      return found === null
        ? []
        : [[(found[1] ?? '').replace('database app', 'a database'), found[2]?.split(', ').sort()] as const]
    })
    expect(documented).toEqual(Object.fromEntries(told))
  })
})

describe('docs/configuration.md', () => {
  const [server = '', agent = ''] = ['The server', 'The agent'].map(
    (title) => sections(read('docs/configuration.md')).find(([name]) => name === title)?.[1] ?? '',
  )

  test.each([
    ['the server', server, serverSettings],
    ['the agent', agent, agentSettings],
  ])('has every setting of %s, with its variable and its default', (_name, text, settings) => {
    const rows = [
      ...text.matchAll(/^\| `([a-z_.]+)` \| (?:`([A-Z_]+)`)? ?\| (?:`?([^`|]*?)`?)? ?\| .+ \|$/gm),
    ]
    const documented = rows.map(([, key, env = '', fallback = '']) => ({
      key,
      env,
      fallback: fallback.trim(),
    }))
    const real = Object.entries(settings).map(([key, one]) => ({
      key,
      env: 'env' in one ? one.env : '',
      fallback: 'fallback' in one ? shown(one.fallback) : '',
    }))
    expect(documented).toEqual(real)
  })

  test.each([
    ['the server', server, serverSettings],
    ['the agent', agent, agentSettings],
  ])('its example for %s sets only what there is, and all that must be', (_name, text, settings) => {
    const keys = leaves(blocks(text, 'yaml')[0] ?? '', settings)
    expect(keys.filter((key) => !Object.hasOwn(settings, key))).toEqual([])
    const needed = Object.entries(settings).filter(([, one]) => !('fallback' in one))
    expect(needed.map(([key]) => key).filter((key) => !keys.includes(key))).toEqual([])
  })
})

describe('docs/dependencies.md', () => {
  const tables = sections(read('docs/dependencies.md'))
  const manifest = (room: string) =>
    JSON.parse(read(posix.join(room, 'package.json'))) as Readonly<Record<string, Record<string, string>>>

  test.each([
    ...rooms.map((room) => [room, room, 'dependencies'] as const),
    ['For development only', '.', 'devDependencies'] as const,
    ['For measurements only', '.', 'optionalDependencies'] as const,
  ])('%s has the packages that it asks for, exactly, and none that is not asked for', (title, room, kind) => {
    const asked = manifest(room)[kind] ?? {}
    const text = tables.find(([name]) => name === title)?.[1] ?? ''
    expect(tableKeys(text).sort()).toEqual(Object.keys(asked).sort())
    expect(Object.values(asked).filter((version) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([])
  })

  test.each(rooms)('every package that %s asks for is one that it loads', (room) => {
    const loaded = runtimeFiles(room).flatMap((path) => readSource(path).imports)
    const unused = Object.keys(manifest(room).dependencies ?? {}).filter(
      (name) => !loaded.some((one) => one === name || one?.startsWith(`${name}/`)),
    )
    expect(unused).toEqual([])
  })
})

test('SECURITY.md has a test for each promise', () => {
  const promises = sections(read('SECURITY.md')).find(([title]) => title === 'Promises')?.[1] ?? ''
  const rows = promises
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1)
  expect(rows.length).toBeGreaterThan(10)
  expect(rows.filter((row) => !/\]\([\w./-]+\.test\.ts\)[^|]*\|$/.test(row))).toEqual([])
})

function program() {
  return createProgram(realWorld(), () => undefined)
}

/** Lines of shell examples and code spans that begin with `dbward`. */
function commandsIn(text: string): readonly (readonly string[])[] {
  const lines = blocks(text, 'sh').flatMap((block) => block.split('\n'))
  const spans = [...withoutBlocks(text).matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span)
  return [...lines, ...spans]
    .map((line) =>
      line
        .replace(/^\$ /, '')
        .replace(/^node cli\/dbward\.mjs/, 'dbward')
        .replace(/ [>|#].*$/, '')
        .trim(),
    )
    .filter((line) => /^dbward( |$)/.test(line))
    .map((line) => line.split(/\s+/).slice(1))
}

function unknownIn(words: readonly string[]): readonly string[] {
  let command: ReturnType<typeof program> = program()
  const rest = [...words]
  for (
    let word = rest[0];
    word !== undefined && command.commands.length > 0 && !word.startsWith('-');
    word = rest[0]
  ) {
    const next = command.commands.find((one) => one.name() === word)
    if (next === undefined) return [`dbward ${words.join(' ')}: no command ${word}`]
    command = next
    rest.shift()
  }
  const known = [...command.options.map((one) => one.long), '--help']
  return rest
    .filter((word) => word.startsWith('--') && !known.includes(word))
    .map((word) => `dbward ${words.join(' ')}: no option ${word}`)
}

function problemsOf(text: string): readonly string[] {
  const parsed = parsePolicy(Buffer.from(text), configurableRules)
  return parsed.ok ? [] : parsed.problems.map((one) => one.message)
}

function shown(fallback: unknown): string {
  if (fallback === null || (Array.isArray(fallback) && fallback.length === 0)) return 'none'
  return String(fallback)
}
