/**
 * When SQL may start. A window is open while the clock on the wall of its zone says so: an hour that the clock skips is
 * no part of any window, and one that it shows twice is open both times. `days` are 0 (Sunday) to 6; times are minutes
 * of the day, and a window whose end is not after its start ends on the day after.
 */
export type Window = {
  readonly days: readonly number[]
  readonly from: number
  readonly to: number
  readonly zone: string
}
/** From and to are times on the wall, as minutes since 1970 there. */
export type Freeze = { readonly from: number; readonly to: number; readonly zone: string }
/** No windows: at any time that is not frozen. */
export type Hours = { readonly windows: readonly Window[]; readonly freezes: readonly Freeze[] }

const minute = 60_000
const day = 24 * 60
/** A window of a night that has no such hour opens a week later. */
const searched = 16 * day

/** Whether SQL may start at `now` (milliseconds since the epoch), and when it may next where not; null for never. */
export function opening(
  hours: Hours,
  now: number,
): { readonly open: true } | { readonly open: false; readonly next: number | null } {
  const freezes = hours.freezes.map(instants)
  if (!frozen(freezes, now) && inWindow(hours.windows, now)) return { open: true }
  let at = now
  for (let tries = 0; tries <= 2 * freezes.length; tries++) {
    at = thawed(freezes, at)
    const found = nextWindow(hours.windows, at)
    if (found === null) return { open: false, next: null }
    if (!frozen(freezes, found)) return { open: false, next: found }
    at = found
  }
  return { open: false, next: null }
}

/** `2026-11-30 08:00 UTC`. */
export function openingWords(next: number | null): string {
  if (next === null) return 'it does not open again in sight'
  return `it opens next at ${new Date(next).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** True for the name of a zone that this machine knows, such as `Europe/Berlin` or `UTC`; an offset is none. */
export function isZone(name: string): boolean {
  if (!/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)*$/.test(name)) return false
  try {
    return clock(name) !== null
  } catch {
    return false
  }
}

function inWindow(windows: readonly Window[], at: number): boolean {
  return windows.length === 0 || windows.some((one) => covers(one, wall(one.zone, at)))
}

function covers({ days, from, to }: Window, at: number): boolean {
  const time = mod(at, day)
  // 1970 began on a Thursday.
  const today = mod(Math.floor(at / day) + 4, 7)
  if (from < to) return days.includes(today) && time >= from && time < to
  return (days.includes(today) && time >= from) || (days.includes(mod(today - 1, 7)) && time < to)
}

/** The first whole minute from `at` on in which a window is open, or `at` itself. */
function nextWindow(windows: readonly Window[], at: number): number | null {
  if (inWindow(windows, at)) return at
  const start = Math.floor(at / minute) + 1
  const found = windows.flatMap((one) => nextOf(one, start) ?? [])
  return found.length === 0 ? null : Math.min(...found) * minute
}

function nextOf(one: Window, start: number): number | null {
  for (let hour = start; hour < start + searched; hour += 60) {
    const first = wall(one.zone, hour * minute)
    const steady = wall(one.zone, (hour + 60) * minute) - first === 60
    for (let at = hour; at < hour + 60; at++) {
      if (covers(one, steady ? first + at - hour : wall(one.zone, at * minute))) return at
    }
  }
  return null
}

type Span = { readonly from: number; readonly to: number }

function frozen(freezes: readonly Span[], at: number): boolean {
  return freezes.some((one) => one.from <= at && at < one.to)
}

function thawed(freezes: readonly Span[], at: number): number {
  const over = freezes.filter((one) => one.from <= at && at < one.to)
  return over.length === 0 ? at : thawed(freezes, Math.max(...over.map((one) => one.to)))
}

/** A time that the clock shows twice, or never, is taken so that the freeze is the longer one. */
function instants({ from, to, zone }: Freeze): Span {
  return { from: Math.min(...instantsOf(zone, from)), to: Math.max(...instantsOf(zone, to)) }
}

function instantsOf(zone: string, at: number): readonly number[] {
  const guesses = [at - day, at + day].map((near) => (at - (wall(zone, near * minute) - near)) * minute)
  const right = guesses.filter((one) => wall(zone, one) === at)
  return right.length > 0 ? right : guesses
}

/** What the clock on the wall shows, as minutes since 1970 there. */
function wall(zone: string, at: number): number {
  const parts = Object.fromEntries(
    clock(zone)
      .formatToParts(at)
      .map((one) => [one.type, Number(one.value)]),
  )
  const { year = 0, month = 1, day: date = 1, hour = 0, minute: minutes = 0 } = parts
  return Date.UTC(year, month - 1, date, hour, minutes) / minute
}

const clocks = new Map<string, Intl.DateTimeFormat>()

function clock(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  })
  if (clocks.size >= 1_000) clocks.clear()
  clocks.set(zone, made)
  return made
}

function mod(a: number, b: number): number {
  return ((a % b) + b) % b
}
