import { parseDocument } from 'yaml'
import { ConfigError } from './errors.ts'
import { ShapeError } from './shape.ts'

/**
 * One setting of a program: its key in the file (`github.app_id`), the environment variable that overrides it, and a
 * parser from the raw value. `fallback` is used where neither says anything; without one the setting is required.
 */
export type Setting<T> = {
  readonly env?: string
  readonly parse: (value: unknown, at: string) => T
  readonly fallback?: T
  /** What it is, for the message that says it is missing. */
  readonly about: string
}
type Settings = Readonly<Record<string, Setting<unknown>>>
export type SettingsOf<S extends Settings> = {
  readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never
}

/**
 * Reads settings from a YAML file's text and the environment, the environment first. Throws one ConfigError with all
 * problems: a wrong value, a missing one, a key that nothing reads.
 */
export function readSettings<const S extends Settings>(
  file: { readonly name: string; readonly text: string } | null,
  env: Readonly<Record<string, string | undefined>>,
  settings: S,
): SettingsOf<S> {
  const problems: string[] = []
  const source = file === null ? {} : flatten(file, settings, problems)
  const entries = Object.entries(settings).map(([key, setting]) => {
    const fromEnv = setting.env === undefined ? undefined : env[setting.env]
    const raw = fromEnv !== undefined && fromEnv !== '' ? fromEnv : source[key]
    const at = raw === fromEnv && fromEnv !== undefined ? String(setting.env) : key
    return [key, take(setting, raw, at, key, problems)]
  })
  if (problems.length > 0) throw new ConfigError(problems)
  return Object.fromEntries(entries) as SettingsOf<S>
}

function take(setting: Setting<unknown>, raw: unknown, at: string, key: string, problems: string[]): unknown {
  if (raw === undefined || raw === null) {
    if ('fallback' in setting) return setting.fallback
    const where = setting.env === undefined ? `${key} in the file` : `${key} in the file or ${setting.env}`
    problems.push(`${key} is missing: ${setting.about}; set ${where}`)
    return undefined
  }
  try {
    return setting.parse(raw, at)
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error
    problems.push(`${error.message} (${setting.about})`)
    return undefined
  }
}

/** `{github: {app_id: 1}}` becomes `{'github.app_id': 1}`; a key that is a setting itself keeps its whole value. */
function flatten(
  file: { readonly name: string; readonly text: string },
  settings: Settings,
  problems: string[],
): Readonly<Record<string, unknown>> {
  const document = parseDocument(file.text, { uniqueKeys: true, strict: true })
  if (document.errors.length > 0) {
    problems.push(...document.errors.map((one) => `${file.name}: ${one.message.split('\n')[0]}`))
    return {}
  }
  const found: Record<string, unknown> = {}
  const visit = (value: unknown, under: string) => {
    if (under !== '' && Object.hasOwn(settings, under)) {
      found[under] = value
    } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value)) visit(inner, under === '' ? key : `${under}.${key}`)
    } else if (under !== '') problems.push(`${file.name}: unknown setting ${under}`)
  }
  try {
    visit(document.toJS({ maxAliasCount: 0 }), '')
  } catch {
    problems.push(`${file.name}: aliases are not read; write the value where it is meant`)
  }
  return found
}

/** Whole numbers come as text from the environment. */
export function wholeNumber(least: number, most: number): (value: unknown, at: string) => number {
  return (value, at) => {
    const found = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
    if (typeof found !== 'number' || !Number.isSafeInteger(found) || found < least || found > most) {
      throw new ShapeError(at, `a whole number from ${least} to ${most}`, value)
    }
    return found
  }
}

/** An `https:` address; `http:` only to this machine itself. Without credentials, query or fragment; no slash at the end. */
export function address(value: unknown, at: string): string {
  const expected = 'an https:// address (http:// only for localhost)'
  if (typeof value !== 'string' || !URL.canParse(value)) throw new ShapeError(at, expected, value)
  const url = new URL(value)
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  const allowed = url.protocol === 'https:' || (url.protocol === 'http:' && local)
  if (!allowed || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new ShapeError(at, expected, `${url.protocol}//${url.host}`)
  }
  return value.replace(/\/+$/, '')
}
