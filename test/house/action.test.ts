import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { exits } from '../../action/world.ts'
import { workflowText } from '../../cli/init-workflow.ts'
import { blocks, sections } from './markdown.ts'
import { dotted, literal, readSource } from './source.ts'
import { exists, read, runtimeFiles } from './tree.ts'

type Manifest = {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>
  readonly outputs: Readonly<Record<string, { readonly description: string }>>
  readonly runs: { readonly using: string; readonly main: string }
}
const manifest = parse(read('action.yml')) as Manifest
const declared = Object.keys(manifest.inputs)
const sources = runtimeFiles('action').map(readSource)

describe('action.yml', () => {
  test('declares every input that is read', () => {
    const read = sources.flatMap(({ nodes }) =>
      nodes
        .filter(
          (node) =>
            node.type === 'CallExpression' && /(^|\.)(input|getInput|given)$/.test(dotted(node.callee) ?? ''),
        )
        .flatMap((node) => literal((node.arguments as readonly unknown[])[0]) ?? []),
    )
    expect(read.length).toBeGreaterThan(5)
    expect(read.filter((name) => !declared.includes(name))).toEqual([])
  })

  test('declares no input that nothing reads', () => {
    const named = new Set(sources.flatMap((source) => source.strings))
    const unread = declared.filter((name) => !named.has(name))
    expect(unread).toEqual([])
  })

  test('declares the outputs that are set, and no other', () => {
    const set = sources.flatMap(({ nodes }) =>
      nodes
        .filter(
          (node) => node.type === 'CallExpression' && /(^|\.)setOutput$/.test(dotted(node.callee) ?? ''),
        )
        .flatMap((node) => literal((node.arguments as readonly unknown[])[0]) ?? []),
    )
    expect([...new Set(set)].sort()).toEqual(Object.keys(manifest.outputs).sort())
  })

  test('says what each is, and runs what is committed', () => {
    const about = [...Object.values(manifest.inputs), ...Object.values(manifest.outputs)]
    expect(about.filter((one) => one.description.length < 15)).toEqual([])
    expect(manifest.runs).toEqual({ using: 'node24', main: 'action/dist/index.js' })
    expect(exists(manifest.runs.main)).toBe(true)
  })
})

test('the workflow that `dbward init` writes gives inputs that there are', () => {
  const workflow = parse(workflowText()) as {
    readonly jobs: { readonly review: { readonly steps: readonly { readonly with: object }[] } }
  }
  const given = workflow.jobs.review.steps.at(-1)?.with ?? {}
  expect(given).toEqual({ mode: 'review' })
  expect(Object.keys(given).filter((name) => !declared.includes(name))).toEqual([])
})

describe('docs/action.md', () => {
  const page = read('docs/action.md')
  const rows = (title: string) => {
    const text = sections(page).find(([name]) => name === title)?.[1] ?? ''
    return [...text.matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)].map(
      ([, name = '', rest = '']) => [name, rest] as const,
    )
  }
  const defaultOf = (name: string) => {
    const value = manifest.inputs[name]?.default ?? ''
    return value === '' ? '' : `\`${value}\``
  }

  test('has every input with its default', () => {
    const documented = [...rows('Inputs of review mode'), ...rows('Inputs of execute mode')]
    const modes = documented.map(([name, rest]) => [name, rest.split(' | ')[0]?.trim()])
    expect(modes.sort()).toEqual(declared.map((name) => [name, defaultOf(name)]).sort())
  })

  test('has every output', () => {
    expect(rows('Outputs').map(([name]) => name)).toEqual(Object.keys(manifest.outputs))
  })

  test('has every exit code', () => {
    const documented = [...page.matchAll(/^\| (\d+) \| (\w+) \|/gm)].map(([, code, name]) => [
      name,
      Number(code),
    ])
    expect(Object.fromEntries(documented)).toEqual(exits)
  })

  test.each(blocks(page, 'yaml'))('its workflow %# is one, with inputs that there are', (text) => {
    const workflow = parse(text) as {
      readonly on: Readonly<Record<string, unknown>>
      readonly permissions: unknown
      readonly jobs: Readonly<
        Record<
          string,
          {
            readonly permissions: Readonly<Record<string, string>>
            readonly steps: readonly {
              readonly uses?: string
              readonly with?: Readonly<Record<string, unknown>>
            }[]
          }
        >
      >
    }
    expect(workflow.permissions).toEqual({})
    // Given another base branch, a pull request is judged anew.
    if ('pull_request' in workflow.on) {
      expect(workflow.on.pull_request).toEqual({ types: ['opened', 'synchronize', 'reopened', 'edited'] })
    }
    const jobs = Object.values(workflow.jobs)
    expect(jobs.length).toBeGreaterThan(0)
    for (const job of jobs) {
      expect(Object.keys(job.permissions).length).toBeGreaterThan(0)
      const steps = job.steps.filter((one) => one.uses !== undefined)
      // Pinned by the id of a commit, with the version in words behind it.
      expect(steps.filter((one) => !/^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/.test(one.uses ?? ''))).toEqual([])
      const ours = steps.filter((one) => /\/dbward@/.test(one.uses ?? ''))
      expect(ours).toHaveLength(1)
      expect(Object.keys(ours[0]?.with ?? {}).filter((name) => !declared.includes(name))).toEqual([])
    }
  })
})
