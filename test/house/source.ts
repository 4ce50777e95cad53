import { parseAst } from 'vitest/node'
import { read } from './tree.ts'

/** A node of the tree as the parser gives it. */
export type Node = { readonly type: string; readonly start: number } & { readonly [key: string]: unknown }

export type Source = {
  readonly path: string
  readonly text: string
  /** Everything that this file can load, in whatever way it is written; `null` for a name made at run time. */
  readonly imports: readonly (string | null)[]
  /** Every string and every template without its expressions (`…` stands for each), comments not among them. */
  readonly strings: readonly string[]
  readonly nodes: readonly Node[]
}

/** Reads one file with a real parser, so that no comment, template or line break hides anything. */
export function readSource(path: string): Source {
  const text = read(path)
  return parseSource(path, text)
}

export function parseSource(path: string, text: string): Source {
  const nodes = flatten(parseAst(text, { lang: 'ts' }, path))
  return { path, text, imports: nodes.flatMap(loads), strings: nodes.flatMap(stringOf), nodes }
}

export function lineOf(source: Source, node: Node): number {
  return source.text.slice(0, node.start).split('\n').length
}

/** `octokit.rest.checks.create` for such an expression; null where a part of it is computed. */
export function dotted(node: unknown): string | null {
  if (!isNode(node)) return null
  if (node.type === 'Identifier') return String(node.name)
  if (node.type === 'ThisExpression') return 'this'
  if (node.type === 'MetaProperty') return 'import.meta'
  if (node.type === 'ChainExpression') return dotted(node.expression)
  if (node.type !== 'MemberExpression' || node.computed === true) return null
  const object = dotted(node.object) ?? ''
  return `${object}.${String((node.property as Node).name)}`
}

export function literal(node: unknown): string | null {
  return isNode(node) && node.type === 'Literal' && typeof node.value === 'string' ? node.value : null
}

function loads(node: Node): readonly (string | null)[] {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return [literal(node.source)]
    case 'ExportNamedDeclaration':
      return node.source === null ? [] : [literal(node.source)]
    case 'TSExternalModuleReference':
      return [literal(node.expression)]
    case 'CallExpression': {
      const loader = ['require', 'require.resolve', 'import.meta.resolve', 'process.getBuiltinModule']
      return loader.includes(dotted(node.callee) ?? '')
        ? [literal((node.arguments as readonly unknown[])[0])]
        : []
    }
    default:
      return []
  }
}

function stringOf(node: Node): readonly string[] {
  const plain = literal(node)
  if (plain !== null) return [plain]
  if (node.type !== 'TemplateLiteral') return []
  const parts = node.quasis as readonly { readonly value: { readonly cooked: string | null } }[]
  return [parts.map((part) => part.value.cooked ?? '').join('…')]
}

function flatten(value: unknown): readonly Node[] {
  const found: Node[] = []
  const visit = (one: unknown): void => {
    if (Array.isArray(one)) for (const item of one) visit(item)
    else if (isNode(one)) {
      found.push(one)
      for (const inner of Object.values(one)) visit(inner)
    }
  }
  visit(value)
  return found
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
}
