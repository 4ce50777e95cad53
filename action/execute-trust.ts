import { readFileSync, realpathSync } from 'node:fs'
import { isAbsolute, relative, resolve } from 'node:path'
import { openBundle, type TrustBundle } from '@dbward/protocol/bundle'
import { ConfigError } from '@dbward/protocol/errors'
import { type PublicKey, parsePublicFile } from '@dbward/protocol/keys'
import type { ActionWorld } from './world.ts'

/** Whom this job trusts: root keys that were given to it, and what these signed. */
export type Trust = {
  readonly roots: readonly PublicKey[]
  readonly threshold: number
  /** The lowest version of the bundle that is taken. */
  readonly minVersion: number | null
  readonly bundle: string
}

/**
 * The root keys come from the inputs, or from files outside of the checkout: whoever can merge a file must not choose
 * whom the job trusts. The bundle may be in the checkout, as it is nothing without the signatures of the roots.
 */
export function readTrust(world: ActionWorld): Trust {
  const roots = readRoots(world)
  const said = world.input('trust-threshold')
  if (said === '' && roots.length > 1) {
    throw new ConfigError([
      `trust-threshold is missing: there are ${roots.length} roots; say how many must have signed`,
    ])
  }
  const threshold = said === '' ? 1 : readThreshold(said)
  if (threshold > new Set(roots.map(({ kid }) => kid)).size) {
    throw new ConfigError([`trust-threshold: expected at most the number of roots, got ${threshold}`])
  }
  const least = world.input('trust-min-version')
  if (!/^\d{0,9}$/.test(least)) {
    throw new ConfigError(['trust-min-version: expected a whole number, got something else'])
  }
  const bundle = world.input('trust-bundle')
  if (bundle === '')
    throw new ConfigError(['trust-bundle is missing: the bundle itself, or the path of its file'])
  return {
    roots,
    threshold,
    minVersion: least === '' ? null : Number(least),
    bundle: bundle.startsWith('{') ? bundle : readFile(resolve(world.workspace, bundle), 'trust-bundle'),
  }
}

function readThreshold(said: string): number {
  if (/^(?:[1-9]|1[0-6])$/.test(said)) return Number(said)
  throw new ConfigError(['trust-threshold: expected a whole number from 1 to 16, got something else'])
}

/** Opens the bundle as it counts at this moment, in Unix seconds. */
export function openTrust({ bundle, roots, threshold, minVersion }: Trust, now: number): TrustBundle {
  const least = minVersion === null ? {} : { lastVersion: minVersion }
  return openBundle(bundle, { roots, threshold, now, ...least })
}

function readRoots(world: ActionWorld): readonly PublicKey[] {
  const given = world.input('trust-roots')
  if (given === '') {
    throw new ConfigError([
      'trust-roots is missing: the public root keys themselves, or absolute paths outside of the checkout',
    ])
  }
  const texts = given.startsWith('{')
    ? given.split(/(?<=\})\s*(?=\{)/)
    : given
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter((line) => line !== '')
        .map((path) => outside(world.workspace, path))
  return texts.map((text, i) => parsePublicFile(text.trim(), 'root', `trust-roots[${i}]`))
}

function outside(workspace: string, path: string): string {
  if (!isAbsolute(path)) {
    throw new ConfigError([
      'trust-roots: expected keys, or absolute paths outside of the checkout, got a relative path',
    ])
  }
  const [real, checkout] = [realPath(path, 'trust-roots'), realPath(workspace, 'GITHUB_WORKSPACE')]
  const between = relative(checkout, real)
  if (between === '' || !(between.startsWith('..') || isAbsolute(between))) {
    throw new ConfigError([
      'trust-roots: expected a path outside of the checkout, got one in it; whoever may merge would choose whom to trust',
    ])
  }
  return readFile(real, 'trust-roots')
}

function realPath(path: string, at: string): string {
  try {
    return realpathSync(path)
  } catch (cause) {
    throw unreadable(at, cause)
  }
}

function readFile(path: string, at: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw unreadable(at, cause)
  }
}

function unreadable(at: string, cause: unknown): ConfigError {
  const why = (cause as NodeJS.ErrnoException).code ?? 'no reason'
  return new ConfigError([`${at}: expected a file that can be read, got ${why}`], { cause })
}
