import { type DatabasePolicy, type Policy, policyPath } from '@dbward/protocol/policy'
import { type Engine, requireEngine } from '@dbward/rules/engine'
import type { ReviewOptions as RuleOptions } from '@dbward/rules/review'
import { evidenceIn, evidenceOfSql, type Guess, guessEngine } from './engine-guess.ts'
import { printable } from './files.ts'
import { readSourceAt } from './read-source.ts'
import type { Place } from './repository.ts'
import type { Picked, SqlFile } from './review-files.ts'
import { databaseFor, strictestNeverAllow, strictestSeverities } from './review-policy.ts'
import { UsageError } from './world.ts'

export type Asked = { readonly engine?: Engine; readonly serverVersion?: string }
/** Files that are judged alike. */
export type Scope = {
  readonly files: readonly SqlFile[]
  readonly options: RuleOptions
  readonly note: string | null
}

/** By which engine, version and severities each file is judged: those of the policy where it governs the file. */
export function scopesOf(
  picked: Picked,
  policy: Policy | null,
  asked: Asked,
  place: Place,
): readonly Scope[] {
  const owned = picked.files.map((file) => {
    const owner = policy === null || file.inside === null ? null : databaseFor(policy, file.inside)
    return { file, owner }
  })
  const governed = (policy?.databases ?? []).flatMap((database) => {
    const files = owned.filter(({ owner }) => owner === database).map(({ file }) => file)
    return policy === null || files.length === 0 ? [] : [byPolicy(policy, database, files, asked)]
  })
  const others = owned.filter(({ owner }) => owner === null).map(({ file }) => file)
  return others.length === 0 ? governed : [...governed, byWord(others, picked, policy, asked, place)]
}

function byPolicy(policy: Policy, database: DatabasePolicy, files: readonly SqlFile[], asked: Asked): Scope {
  const { name, engine, serverVersion: version } = database
  refuseOther('--engine', asked.engine, engine, name)
  if (version !== null) refuseOther('--server-version', asked.serverVersion, version, name)
  const serverVersion = version ?? asked.serverVersion
  return {
    files,
    options: {
      engine: reviewable(engine),
      severities: strictestSeverities(policy, database),
      neverAllow: strictestNeverAllow(policy, database),
      ...(serverVersion === undefined ? {} : { serverVersion }),
    },
    note: `policy: ${policyPath} (${name}: ${engine}${serverVersion === undefined ? '' : ` ${serverVersion}`})`,
  }
}

function refuseOther(option: string, asked: string | undefined, found: string, database: string): void {
  if (asked === undefined || asked === found) return
  throw new UsageError(
    `${option}: ${policyPath} says ${found} for ${database}, got ${asked}; leave it out, or ignore the policy with --no-policy`,
  )
}

function byWord(
  files: readonly SqlFile[],
  { folders }: Picked,
  policy: Policy | null,
  asked: Asked,
  place: Place,
): Scope {
  const serverVersion = asked.serverVersion === undefined ? {} : { serverVersion: asked.serverVersion }
  if (asked.engine !== undefined) {
    return { files, options: { engine: reviewable(asked.engine), ...serverVersion }, note: null }
  }
  const named = folders.length === 0 ? [] : [...new Set(policy?.databases.map((one) => one.engine))]
  const ofPolicy =
    named.length === 0 ? [] : [{ where: policyPath, engines: named, says: `says ${named.join(' and ')}` }]
  const guess = guessEngine([
    ...ofPolicy,
    ...evidenceIn(folders, readSourceAt(place.root)),
    ...evidenceOfSql(files),
  ])
  const engine = certain(guess)
  return {
    files,
    options: { engine: reviewable(engine), ...serverVersion },
    note: guessText(engine, guess.reasons),
  }
}

/** The engine of a guess; where there is none, the question for it with all that was seen. */
export function certain(guess: Guess): Engine {
  if (guess.engine !== null) return guess.engine
  const seen = guess.reasons.map((one) => `\ndbward:   ${printable(one)}`).join('')
  throw new UsageError(
    `expected to know the engine, and ${guess.why}; say --engine postgres, mysql or mariadb${seen}`,
  )
}

export function guessText(engine: Engine, reasons: readonly string[]): string {
  const shown = reasons.slice(0, 3).map(printable).join('; ')
  return `engine: ${engine} (${shown}${reasons.length > 3 ? `; and ${reasons.length - 3} more` : ''})`
}

function reviewable(engine: Engine): Engine {
  try {
    requireEngine(engine)
  } catch (error) {
    throw new UsageError(`this version of dbward does not review ${engine} yet`, { cause: error })
  }
  return engine
}
