import type { Node } from 'yaml'
import { items, type Reader, scalarOf } from './policy-yaml.ts'
import { type Freeze, isZone, type Window } from './window.ts'

const names = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const mostOf = 50

/** `windows` of an execution scope: `Mon-Fri 09:00-16:00 Europe/Berlin`, days one by one or from one to another. */
export function readWindows(r: Reader, node: Node): readonly Window[] {
  const found = items(r, node)
  if (found.length === 0) r.wrong(node, 'windows must name at least one; "Mon-Sun 00:00-24:00 UTC" is always')
  return bounded(r, node, found).flatMap((one) => readWindow(r, one))
}

/** `freezes` of an execution scope: `2026-12-20T00:00/2027-01-02T00:00 Europe/Berlin`. */
export function readFreezes(r: Reader, node: Node): readonly Freeze[] {
  return bounded(r, node, items(r, node)).flatMap((one) => readFreeze(r, one))
}

function bounded(r: Reader, node: Node, found: readonly Node[]): readonly Node[] {
  if (found.length > mostOf) r.wrong(node, `at most ${mostOf} are read`)
  return found.slice(0, mostOf)
}

function readWindow(r: Reader, node: Node): readonly Window[] {
  const [, days = '', start = '', end = '', zone = ''] =
    /^(\S+) (\d\d:\d\d)-(\d\d:\d\d) (\S+)$/.exec(String(scalarOf(node))) ?? []
  const listed = daysOf(days)
  const [from, to] = [timeOf(start), timeOf(end)]
  if (listed === null || from === null || to === null || from === to || from === 24 * 60) {
    r.wrong(node, 'a window is written like "Mon-Fri 09:00-16:00 Europe/Berlin" or "Sat,Sun 22:00-04:00 UTC"')
    return []
  }
  if (!knownZone(r, node, zone)) return []
  return [{ days: listed, from, to, zone }]
}

function daysOf(text: string): readonly number[] | null {
  const found = text.split(',').flatMap((part) => {
    const [first = -1, last = -1, ...more] = part.split('-').map((one) => names.indexOf(one))
    const [from, to] = part.includes('-') ? [first, last] : [first, first]
    if (from < 0 || to < 0 || more.length > 0) return [-1]
    return Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, i) => (from + i) % 7)
  })
  return found.includes(-1) ? null : [...new Set(found)].sort()
}

function timeOf(text: string): number | null {
  const [hours = Number.NaN, minutes = Number.NaN] = text.split(':').map(Number)
  const time = hours * 60 + minutes
  return minutes < 60 && time <= 24 * 60 ? time : null
}

function readFreeze(r: Reader, node: Node): readonly Freeze[] {
  const [, start = '', end = '', zone = ''] = /^(\S+)\/(\S+) (\S+)$/.exec(String(scalarOf(node))) ?? []
  const [from, to] = [dateOf(start), dateOf(end)]
  if (from === null || to === null || to <= from) {
    r.wrong(node, 'a freeze is written like "2026-12-20T00:00/2027-01-02T00:00 Europe/Berlin"')
    return []
  }
  return knownZone(r, node, zone) ? [{ from, to, zone }] : []
}

/** Minutes since 1970 on the wall. A day that no month has comes back as another one. */
function dateOf(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text)) return null
  const at = Date.parse(`${text}:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text) ? at / 60_000 : null
}

function knownZone(r: Reader, node: Node, zone: string): boolean {
  if (isZone(zone)) return true
  r.wrong(node, `unknown time zone ${zone}; write one like Europe/Berlin or UTC`)
  return false
}
