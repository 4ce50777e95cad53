import { readFileSync } from 'node:fs'
import { parseAst } from 'vitest/node'

/** One check of a file, taken out or turned around. */
export type Mutant = {
  readonly file: string
  readonly line: number
  readonly from: string
  readonly to: string
  /** The whole file with that change. */
  readonly text: string
  readonly whole: string
}
type Node = { readonly type: string; readonly start: number; readonly end: number } & {
  readonly [key: string]: unknown
}

const turned: Readonly<Record<string, string>> = {
  '===': '!==',
  '!==': '===',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
}
const quantified: Readonly<Record<string, string>> = { some: 'every', every: 'some' }

/**
 * Every condition always true and never; every comparison turned around or moved by one; each side of an `and`, an `or`
 * and an `otherwise` alone; `not` left out; `some` for `every`; lists that are not filtered. Types are left alone: they
 * are gone when it runs.
 */
export function mutantsOf(file: string): readonly Mutant[] {
  const source = readFileSync(file, 'utf8')
  const found: Mutant[] = []
  const say = (node: Node, to: string) => {
    const from = source.slice(node.start, node.end)
    const line = source.slice(0, node.start).split('\n').length
    if (from !== to) {
      const text = source.slice(0, node.start) + to + source.slice(node.end)
      found.push({ file, line, from, to, text, whole: source })
    }
  }
  const text = (node: Node) => source.slice(node.start, node.end)
  visit(parseAst(source, { lang: 'ts' }, file), (node) => {
    const part = (key: string) => node[key] as Node
    if (node.type === 'IfStatement' || node.type === 'ConditionalExpression') {
      say(part('test'), 'true')
      say(part('test'), 'false')
    }
    if (node.type === 'LogicalExpression') {
      if (node.operator !== '??') say(node, `(${text(part('left'))})`)
      say(node, `(${text(part('right'))})`)
    }
    const other = node.type === 'BinaryExpression' ? turned[String(node.operator)] : undefined
    if (other !== undefined) say(node, `${text(part('left'))} ${other} ${text(part('right'))}`)
    if (node.type === 'UnaryExpression' && node.operator === '!') say(node, text(part('argument')))
    if (node.type === 'CallExpression' && part('callee').type === 'MemberExpression') {
      const callee = part('callee')
      const name = String((callee.property as Node).name)
      const swapped = quantified[name]
      if (swapped !== undefined) say(callee.property as Node, swapped)
      if (name === 'filter') say(node, text(callee.object as Node))
    }
  })
  return found
}

function visit(value: unknown, see: (node: Node) => void): void {
  if (Array.isArray(value)) for (const one of value) visit(one, see)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return
  const node = value as Node
  if (/^TS.*(Type|Annotation|Declaration|Parameter)/.test(node.type ?? '')) return
  if (typeof node.type === 'string') see(node)
  for (const one of Object.values(node)) visit(one, see)
}
