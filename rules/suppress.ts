import { type Allow, type Fault, readAllow, written } from './allow.ts'
import type { Engine } from './engine.ts'
import { maxRemarks, type Remark } from './remarks.ts'
import type { Finding } from './review.ts'
import type { Rule } from './rule.ts'

/** A finding that a comment lets through. It blocks no more; it is for those who approve to accept it. */
export type Allowed = {
  readonly rule: string
  readonly severity: Finding['severity']
  /** of the comment, from 1 */
  readonly line: number
  /** as the author wrote it: of a stranger, so it is never shown without being escaped */
  readonly reason: string
  readonly finding: Finding
}

type Comment = Allow & { readonly remark: Remark; used: boolean }
export type FaultAt = Fault & { readonly off: number; readonly len: number }

type Asked = {
  readonly remarks: readonly Remark[]
  readonly catalog: readonly Rule[]
  readonly engine: Engine
  readonly neverAllow: readonly string[]
  readonly lineOf: (off: number) => number
}

/**
 * The comments of one file that allow something, statement by statement. `sift` takes what the rules found in a
 * statement apart; `faults`, asked at the end, are the comments that allowed nothing.
 */
export function suppressions({ remarks, catalog, engine, neverAllow, lineOf }: Asked) {
  // Most files have none.
  const known = remarks.length === 0 ? [] : catalog.filter((one) => one.engines.includes(engine))
  const ids = known.map(({ id }) => id)
  const refusedIds = new Set([
    ...neverAllow,
    ...known.filter(({ id, fixed }) => fixed || id === 'suppression').map(({ id }) => id),
  ])
  const wrong: FaultAt[] = []
  const byStatement = new Map<number, Comment[]>()
  for (const [nth, remark] of remarks.entries()) {
    const read = nth < maxRemarks ? readAllow(remark, ids) : tooMany
    const fault = 'rule' in read ? misplaced(remark, read) : read
    if (fault !== undefined || !('rule' in read)) {
      wrong.push(at(remark, fault ?? tooMany))
      continue
    }
    const own = byStatement.get(remark.statement) ?? []
    own.push({ ...read, remark, used: false })
    byStatement.set(remark.statement, own)
  }

  return {
    /** The rules that comments before this statement name, whatever their severity is. */
    named: (statement: number): readonly string[] =>
      (byStatement.get(statement) ?? []).map(({ rule }) => rule),

    /** `off` are the rules that found something and are switched off here: a comment about one is not for nothing. */
    sift(statement: number, found: readonly Finding[], off: readonly string[]) {
      const comments = byStatement.get(statement)
      if (comments === undefined) return { findings: found, allowed: [] }
      const findings: Finding[] = []
      const allowed: Allowed[] = []
      for (const rule of off) use(comments, rule)
      for (const finding of found) {
        const comment = use(comments, finding.rule)
        if (comment === undefined || refusedIds.has(finding.rule)) findings.push(finding)
        else {
          const { rule, severity } = finding
          allowed.push({ rule, severity, line: lineOf(comment.remark.off), reason: comment.reason, finding })
        }
      }
      return { findings, allowed }
    },

    faults(statements: number): readonly FaultAt[] {
      const comments = [...byStatement.values()].flat()
      const idle = comments.flatMap((one) => {
        const fault = faultOf(one, statements)
        return fault === undefined ? [] : [at(one.remark, fault)]
      })
      return [...wrong, ...idle]
    },
  }

  function faultOf({ rule, remark, used }: Comment, statements: number): Fault | undefined {
    if (refusedIds.has(rule)) return refused(rule, neverAllow.includes(rule))
    if (used) return
    const first = byStatement.get(remark.statement)?.find((one) => one.rule === rule)
    if (first?.used)
      return { message: `A comment before this one allows ${rule} already.`, instead: 'Remove this comment.' }
    return {
      message:
        remark.statement < statements
          ? `The rule ${rule} finds nothing in the next statement, so this comment allows nothing.`
          : 'No statement follows this comment, so it allows nothing.',
      instead: 'Remove this comment, or move it to right before the statement that it is about.',
    }
  }
}

/** The first comment that names the rule counts; one that says the same again is not needed. */
function use(comments: readonly Comment[], rule: string): Comment | undefined {
  const comment = comments.find((one) => one.rule === rule)
  if (comment !== undefined) comment.used = true
  return comment
}

function at({ off, end }: Remark, fault: Fault): FaultAt {
  return { ...fault, off, len: end - off }
}

function misplaced({ where }: Remark, allow: Allow): Fault | undefined {
  if (where === 'before') return
  const message = {
    behind: 'This comment stands behind a statement, and allows nothing: it would be about the next one.',
    inside: 'This comment stands inside of a statement, and allows nothing.',
  }[where]
  return { message, instead: `Put it on a line of its own before the statement:\n${written(allow)}` }
}

function refused(rule: string, byPolicy: boolean): Fault {
  return byPolicy
    ? {
        message: `The policy lets no comment allow ${rule}.`,
        instead: `Remove this comment, and write the statement otherwise: dbward review --explain ${rule}`,
      }
    : {
        message: `No comment can allow ${rule}.`,
        instead: `Remove this comment, and mend what ${rule} finds.`,
      }
}

const tooMany: Fault = {
  message: `There are more than ${maxRemarks} comments to dbward in this file; this one and those after it allow nothing.`,
  instead: 'Split the file into several migrations.',
}
