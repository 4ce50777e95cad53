import { catalog } from './catalog.ts'
import { plain } from './markdown.ts'
import type { Finding } from './review.ts'

export type SarifFinding = Finding & {
  readonly path: string
  /** The reason of the comment that lets it through, where one does. */
  readonly allowed?: string
}

const levels = { block: 'error', warn: 'warning', note: 'note' } as const

/** Rules that are not of the catalogue: what is wrong with a file as such, or with the policy. */
const otherRule = 'The file or the policy cannot be judged as it stands.'

/**
 * SARIF 2.1.0, as code scanning takes it (https://docs.oasis-open.org/sarif/sarif/v2.1.0/). Lines and columns count
 * from 1, columns in UTF-16 units, and the end column is the one behind the last, as ours are.
 */
export function sarif(findings: readonly SarifFinding[], version: string): Readonly<Record<string, unknown>> {
  const others = [...new Set(findings.map((one) => one.rule))]
    .filter((id) => !catalog.some((rule) => rule.id === id))
    .sort()
  const ids = [...catalog.map((rule) => rule.id), ...others]
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'dbward',
            semanticVersion: version,
            rules: [...catalog.map(ruleOf), ...others.map(other)],
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map((one) => result(one, ids.indexOf(one.rule))),
      },
    ],
  }
}

function ruleOf({ id, title, why, instead, severity, engines }: (typeof catalog)[number]) {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: instead },
    defaultConfiguration: {
      level: severity === 'off' ? 'none' : levels[severity],
    },
    properties: { tags: [...engines] },
  }
}

function other(id: string) {
  return { id, shortDescription: { text: otherRule }, defaultConfiguration: { level: 'error' } }
}

function result(one: SarifFinding, ruleIndex: number) {
  const said = [one.message, one.instead].filter((text) => text !== '').join(' ')
  // Text in brackets before an address would be a link.
  const text = plain(said).replaceAll('](', '] (')
  return {
    ruleId: one.rule,
    ruleIndex,
    level: levels[one.severity],
    message: { text },
    // Either every result says whether it is suppressed, or none does (section 3.27.23).
    suppressions: one.allowed === undefined ? [] : [{ kind: 'inSource', justification: plain(one.allowed) }],
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(one.path), uriBaseId: '%SRCROOT%' },
          region: {
            startLine: one.line,
            startColumn: one.column,
            endLine: one.end_line,
            endColumn: one.end_column,
          },
        },
      },
    ],
  }
}

/** A relative address: each part of the path escaped, so that no `:` or `?` in a name means anything. */
function uriOf(path: string): string {
  return path
    .split('/')
    .map((part) => encodeURIComponent(part.toWellFormed()))
    .join('/')
}
