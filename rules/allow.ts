import type { Remark } from './remarks.ts'

/** What a remark asks for: `rule` is let through at the next statement, for this reason. */
export type Allow = { readonly rule: string; readonly reason: string }
/** Why a remark lets nothing through, and how it is written. */
export type Fault = { readonly message: string; readonly instead: string }

export const maxReason = 500

/** Reads `dbward: allow <rule>: <reason>`. `rules` are the ids that a comment may name here. */
export function readAllow({ text }: Pick<Remark, 'text'>, rules: readonly string[]): Allow | Fault {
  const [, id, given] = /^dbward: ?allow ([a-z0-9-]+) ?:(.*)$/.exec(text) ?? []
  if (id === undefined) return misspelt(text, rules)
  const reason = (given ?? '').trim()
  if (!rules.includes(id)) return unknown(id, reason, rules)
  if (!/[\p{L}\p{N}]/u.test(reason)) {
    return {
      message: `This comment gives no reason, so it does not allow ${id}.`,
      instead: `Say why those who approve can accept it: -- dbward: allow ${id}: <reason>`,
    }
  }
  if (reason.length > maxReason) {
    return {
      message: `The reason of this comment has ${reason.length} characters, so it does not allow ${id}.`,
      instead: `Say it in at most ${maxReason} characters.`,
    }
  }
  return { rule: id, reason }
}

/** The comment as it is to be written. */
export function written({ rule, reason }: Allow): string {
  return `-- dbward: allow ${rule}: ${reason}`
}

function unknown(id: string, reason: string, rules: readonly string[]): Fault {
  const shown = id.slice(0, 60)
  const meant = nearest(id, rules)
  return {
    message: `There is no rule ${shown} for this engine, so this comment allows nothing.`,
    instead:
      meant === undefined
        ? 'Take the id of a finding: -- dbward: allow <rule>: <reason>'
        : `Write: ${written({ rule: meant, reason: reason === '' ? '<reason>' : reason })}`,
  }
}

function misspelt(text: string, rules: readonly string[]): Fault {
  const named = (text.toLowerCase().match(/[a-z][a-z0-9-]*/g) ?? []).filter((word) => rules.includes(word))
  const lines = (named.length === 0 ? ['<rule>'] : [...new Set(named)].slice(0, 10)).map(
    (rule) => `-- dbward: allow ${rule}: <reason>`,
  )
  const form = lines.length > 1 ? 'Write a comment for each rule' : 'Write'
  return {
    message: 'This comment looks like one that allows a rule and is none, so it allows nothing.',
    instead: `${form}, before the statement that it is about:\n${lines.join('\n')}`,
  }
}

/** The rule that somebody meant who mistyped up to a third of it. */
function nearest(id: string, rules: readonly string[]): string | undefined {
  if (id.length > 60) return
  const [best] = rules
    .map((rule) => ({ rule, far: distance(id, rule) }))
    .sort((one, other) => one.far - other.far)
  return best !== undefined && best.far <= Math.max(2, best.rule.length / 3) ? best.rule : undefined
}

function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i)
  for (const [i, sign] of [...one].entries()) {
    const next = [i + 1]
    for (const [j, against] of [...other].entries()) {
      const changed = (row[j] ?? 0) + (sign === against ? 0 : 1)
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row[other.length] ?? 0
}
