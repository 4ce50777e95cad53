import { type Changed, type ChangedFile, readChanged } from '@dbward/protocol/changed'
import { type DatabasePolicy, type Policy, policyPath, reviewFor } from '@dbward/protocol/policy'
import type { PolicyProblem } from '@dbward/protocol/policy-parse'
import type { GitFiles } from '@dbward/protocol/repository'
import { type PolicyAtBase, readPolicy } from '@dbward/protocol/snapshot'
import { configurableRules } from '@dbward/rules/configurable'
import type { ReviewOptions } from '@dbward/rules/review'
import type { Compared } from './compared.ts'
import { gathering } from './gather.ts'
import { type AllowedNote, aboutFile, type Note, type Report, type ReportFile, sortNotes } from './report.ts'
import type { Reviewed } from './thread.ts'

export type Reviewer = (
  files: readonly { readonly path: string; readonly bytes: Uint8Array }[],
  options: ReviewOptions,
) => Promise<Reviewed>

/** Judges what a change brings, by git objects and under the policy of its base. */
export async function look(
  git: GitFiles,
  { base, from, head }: Compared,
  path: string,
  review: Reviewer,
): Promise<Report> {
  const policy = await readPolicy(git, base, configurableRules, path)
  const policyChange = await changeOf(git, from, head, path)
  const about = { base, head, policyPath: path, policyChange }
  const proposed = policyChange === 'none' ? null : await readPolicy(git, head, configurableRules, path)
  const own = problemsOf(path, proposed)
  if (policy.found !== 'yes') {
    const failures = policy.found === 'broken' ? policy.problems.map((one) => inBase(path, one)) : []
    const found = policy.found === 'broken' ? 'broken' : 'none'
    return { ...about, policy: found, files: [], notes: sortNotes(own), allowed: [], failures }
  }
  const changed = await readChanged(git, from, head, policy.policy)
  const files = changed.files.filter((one) => one.database !== null || one.path !== policyPath)
  const judged = await judge(policy.policy, files, review)
  const notes = [...own, ...problems(changed), ...landed(files), ...judged.notes]
  const reported = files.map(
    ({ path: name, database, status }): ReportFile => ({
      path: name,
      database,
      status,
      statements: judged.statements.get(name) ?? null,
    }),
  )
  const { allowed, failures } = judged
  return { ...about, policy: 'read', files: reported, notes: sortNotes(notes), allowed, failures }
}

async function changeOf(
  git: GitFiles,
  from: string,
  head: string,
  path: string,
): Promise<Report['policyChange']> {
  const [before, after] = await Promise.all(
    [from, head].map(async (one) => (await git.governed(one, [path])).get(path)),
  )
  if (before?.sha === after?.sha && before?.mode === after?.mode) return 'none'
  return before === undefined ? 'added' : after === undefined ? 'deleted' : 'modified'
}

/** A policy that cannot be read refuses everything once it is merged. */
function problemsOf(path: string, proposed: PolicyAtBase | null): readonly Note[] {
  if (proposed?.found !== 'broken') return []
  return proposed.problems.map((one) => ({
    ...aboutFile(path, 'policy', 'block', one.message),
    line: one.line,
    end_line: one.line,
    column: one.column,
    end_column: one.column,
  }))
}

function inBase(path: string, { line, column, message }: PolicyProblem): string {
  return `the policy of the base cannot be read: ${path}:${line}:${column}: ${message}`
}

function problems({ problems: found }: Changed): readonly Note[] {
  return found.map(({ path, code, message }) => aboutFile(path, code, 'block', message))
}

/** Whether it was applied only a ledger can tell: an agent refuses to run an edited file that was. */
function landed(files: readonly ChangedFile[]): readonly Note[] {
  return files.flatMap(({ path, status }) => {
    if (status === 'added') return []
    const verb = status === 'deleted' ? 'deleted' : 'edited'
    const message = `is ${verb}, and it is on the base branch already: where it was applied, it is refused. Add a new migration instead`
    return [aboutFile(path, 'changed-after-merge', 'warn', message)]
  })
}

type Judged = {
  readonly notes: readonly Note[]
  readonly allowed: readonly AllowedNote[]
  readonly statements: ReadonlyMap<string, number>
  readonly failures: readonly string[]
}

async function judge(policy: Policy, files: readonly ChangedFile[], review: Reviewer): Promise<Judged> {
  const notes: Note[] = []
  const allowed: AllowedNote[] = []
  const statements = new Map<string, number>()
  const failures: string[] = []
  for (const database of policy.databases) {
    const own = files.flatMap(({ path, bytes, database: owner }) =>
      owner === database.name && bytes !== null ? [{ path, bytes }] : [],
    )
    if (own.length === 0) continue
    const [found, through] = [gathering<Note>(), gathering<AllowedNote>()]
    for (const [targets, options] of optionsOf(policy, database)) {
      const answer = await review(own, options)
      if ('failed' in answer) failures.push(`${targets.join(', ')}: ${answer.failed}`)
      else {
        for (const { path, statements: count, findings, allowed: accepted } of answer.reviews) {
          statements.set(path, count)
          found.add(findings.map((one) => ({ ...one, path, targets })))
          through.add(accepted.map((one) => ({ ...one, path, targets })))
        }
      }
    }
    notes.push(...found.all())
    allowed.push(...through.all())
  }
  return { notes, allowed, statements, failures }
}

/** Environments whose rules have the same severities, and that let no comment allow the same, are reviewed once. */
function optionsOf(
  policy: Policy,
  { name, engine, environments }: DatabasePolicy,
): readonly (readonly [readonly string[], ReviewOptions])[] {
  const kinds = new Map<string, [string[], ReviewOptions]>()
  for (const environment of environments) {
    const rules = reviewFor(policy, name, environment)
    const { severities, neverAllow } = rules
    const key = JSON.stringify([Object.entries(severities).sort(), neverAllow])
    const kind = kinds.get(key) ?? [[], { engine, ...rules }]
    kind[0].push(`${name}@${environment}`)
    kinds.set(key, kind)
  }
  return [...kinds.values()]
}
