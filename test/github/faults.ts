import type { Answer } from './api.ts'

export type Fault = {
  readonly when: {
    readonly method?: string
    readonly path?: RegExp
    /** A login, `slug[bot]`, or `app:slug` for the App's own JWT. */
    readonly actor?: string
    /** How many requests it strikes. Without a number: all of them. */
    readonly times?: number
  }
  readonly effect: {
    readonly status?: number
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: unknown
    readonly latencyMs?: number
    /** Destroys the connection; with 'after', once the request has had its effect. */
    readonly drop?: true | 'after'
    /** Answers a GET with what it answered before the latest change of that answer. */
    readonly stale?: true
    /** Cuts a recursive tree in half and says so. */
    readonly truncateTree?: true
  }
}

export type Faults = {
  add(fault: Fault): { readonly remove: () => void }
  clear(): void
  /** The fault that strikes this request. Asking uses it up. */
  strike(request: {
    readonly method: string
    readonly path: string
    readonly actor: string
  }): Fault['effect'] | null
  /** What a GET answers, given what it would answer now and whether it shall be stale. */
  recall(key: string, answer: Answer, stale: boolean): Answer
}

export function createFaults(): Faults {
  const active = new Map<Fault, number>()
  const answers = new Map<string, { readonly latest: Answer; readonly previous: Answer | null }>()

  return {
    add(fault) {
      active.set(fault, fault.when.times ?? Number.POSITIVE_INFINITY)
      return { remove: () => void active.delete(fault) }
    },
    clear: () => active.clear(),
    strike(request) {
      for (const [fault, left] of active) {
        if (!matches(fault.when, request)) continue
        if (left <= 1) active.delete(fault)
        else active.set(fault, left - 1)
        return fault.effect
      }
      return null
    },
    recall(key, answer, stale) {
      const known = answers.get(key)
      const changed = known !== undefined && !same(known.latest, answer)
      if (stale) return (changed ? known.latest : known?.previous) ?? answer
      answers.set(key, { latest: answer, previous: changed ? known.latest : (known?.previous ?? null) })
      return answer
    },
  }
}

/** A recursive tree as GitHub cuts it when it has too many entries. */
export function truncatedTree(answer: Answer): Answer {
  const body = answer.body
  if (typeof body !== 'object' || body === null || !('tree' in body) || !Array.isArray(body.tree))
    return answer
  const kept = body.tree.slice(0, Math.floor(body.tree.length / 2))
  return { ...answer, body: { ...body, tree: kept, truncated: true } }
}

function matches(when: Fault['when'], request: { method: string; path: string; actor: string }): boolean {
  if (when.method && when.method.toUpperCase() !== request.method) return false
  if (when.actor && when.actor !== request.actor) return false
  return !when.path || when.path.test(request.path)
}

function same(one: Answer, other: Answer): boolean {
  return one.status === other.status && JSON.stringify(one.body) === JSON.stringify(other.body)
}
