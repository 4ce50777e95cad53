import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml'

/** One thing that is wrong with a policy file. Lines and columns count from 1. */
export type PolicyProblem = { readonly line: number; readonly column: number; readonly message: string }

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Reads the nodes of a policy file and collects what is wrong with them, each with its place. */
export type Reader = ReturnType<typeof createReader>
export type Fields = Readonly<Record<string, { readonly node: Node; readonly key: Node }>>

function createReader(lines: LineCounter, rules: readonly string[]) {
  const problems: PolicyProblem[] = []
  const where = (node: unknown) => (node as { range?: [number, number, number] } | null)?.range?.[0] ?? 0
  return {
    problems,
    rules,
    line: (node: unknown) => lines.linePos(where(node)).line,
    wrong: (node: unknown, message: string) => void problems.push(at(lines, where(node), message)),
  }
}

const maxBytes = 256 * 1024

type Opened =
  | { readonly ok: true; readonly reader: Reader; readonly root: unknown }
  | { readonly ok: false; readonly problems: readonly PolicyProblem[] }

/** The nodes of a file that is sound YAML; `what` is what it is called. */
export function openYaml(bytes: Uint8Array, rules: readonly string[], what: string): Opened {
  if (bytes.length > maxBytes)
    return failed(`${what} has ${bytes.length} bytes; at most ${maxBytes} are read`)
  const lines = new LineCounter()
  let source: string
  try {
    source = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return failed(`${what} is not UTF-8`)
  }
  const document = parseDocument(source, {
    lineCounter: lines,
    uniqueKeys: true,
    strict: true,
    version: '1.2',
  })
  const syntax = [...document.errors, ...document.warnings]
  if (syntax.length > 0) {
    return { ok: false, problems: syntax.map((one) => at(lines, one.pos[0], firstLine(one.message))) }
  }
  return { ok: true, reader: createReader(lines, rules), root: document.contents }
}

function failed(message: string): Opened {
  return { ok: false, problems: [{ line: 1, column: 1, message }] }
}

export function readDuration(r: Reader, node: Node, key: string): number {
  const found = /^(\d{1,6})(ms|s|m|h|d)$/.exec(String(scalarOf(node)))
  const value = Number(found?.[1] ?? 0) * (units[found?.[2] ?? ''] ?? 0)
  if (value < 1 || value > 366 * 86_400_000)
    r.wrong(node, `${key} must be a duration such as 500ms, 5s, 15m, 2h or 7d`)
  return value
}

export function fields(r: Reader, node: unknown, what: string, known: readonly string[]): Fields {
  if (!isMap(node)) {
    r.wrong(node, `${what} must be a mapping`)
    return {}
  }
  const found: Record<string, { node: Node; key: Node }> = {}
  for (const pair of (node as YAMLMap<Node, Node>).items) {
    const key = String(scalarOf(pair.key))
    if (!known.includes(key))
      r.wrong(pair.key, `unknown key ${key} in ${what}; known are ${known.join(', ')}`)
    else found[key] = { node: pair.value ?? pair.key, key: pair.key }
  }
  return found
}

export function items(r: Reader, node: Node): readonly Node[] {
  if (isSeq<Node>(node)) return node.items
  r.wrong(node, 'expected a list')
  return []
}

export function scalar(field: Fields[string] | undefined): unknown {
  return field === undefined ? undefined : scalarOf(field.node)
}

export function scalarOf(node: unknown): unknown {
  return isScalar(node) ? node.value : undefined
}

export function wrongItem(r: Reader, node: unknown, message: string): readonly never[] {
  r.wrong(node, message)
  return []
}

function at(lines: LineCounter, offset: number, message: string): PolicyProblem {
  const position = lines.linePos(offset)
  return { line: Math.max(1, position.line), column: Math.max(1, position.col), message }
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? message).replace(/ at line \d+, column \d+:?$/, '')
}
