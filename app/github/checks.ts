import { createHash } from 'node:crypto'
import { isMissing } from '@dbward/protocol/github'
import { integer, nullable, open, type Parsed, text } from '@dbward/protocol/shape'
import { ownerAndRepo } from './client.ts'
import { type Octokit, reader } from './reader.ts'
import { shorten } from './shorten.ts'

export type CheckToPost = {
  /** owner/name */
  readonly repo: string
  readonly appId: number
  /** What this run is about, the same at every posting. */
  readonly key: string
  readonly name: string
  readonly headSha: string
  readonly status: 'queued' | 'in_progress' | 'completed'
  readonly conclusion: 'success' | 'failure' | 'action_required' | 'cancelled' | null
  readonly title: string
  readonly summary: string
  readonly text: string | null
  /** Where "Details" leads: the pull request, which a check run on a merge commit does not name by itself. */
  readonly detailsUrl: string
  readonly annotations: readonly AnnotationToPost[]
  /** The buttons, at most three; who presses one is told to us. */
  readonly actions?: readonly {
    readonly label: string
    readonly description: string
    readonly identifier: string
  }[]
  /** The run that we posted before, where we know it. */
  readonly knownId: number | null
}
export type AnnotationToPost = {
  readonly path: string
  readonly startLine: number
  readonly endLine: number
  readonly columns: { readonly start: number; readonly end: number } | null
  readonly level: 'failure' | 'warning' | 'notice'
  readonly title: string
  readonly message: string
}

// https://docs.github.com/rest/checks/runs: 65,535 characters, 50 annotations a request.
const mostText = 65_000
const annotationsPerRequest = 50
const mostAnnotations = 1_000

/**
 * Brings the check run of this name on this commit level with `check`, and gives its id.
 *
 * GitHub shows the newest run of a name, appends annotations and never takes one back. So the newest run of ours is
 * edited where its `external_id` says that it carries these very annotations, and gets those that `annotations_count`
 * says it still lacks; where the annotations are others, or a completed run would have to open again, a new run takes
 * its place. As GitHub is asked first, a posting whose answer was lost is found again and never doubled.
 */
export async function upsertCheck(octokit: Octokit, check: CheckToPost): Promise<number> {
  const externalId = `${check.key}#${digest(check.annotations)}`
  const newest = await findNewest(octokit, check)
  const reopens = newest?.status === 'completed' && check.status !== 'completed'
  if (newest === null || newest.external_id !== externalId || reopens) {
    return append(octokit, check, await create(octokit, check, externalId), annotationsPerRequest)
  }
  // A list may lag behind what was appended a moment ago; the answer to a write does not.
  const now = await update(octokit, check, newest.id, mostAnnotations)
  return append(octokit, check, newest.id, now.output.annotations_count)
}

const run = open({
  id: integer,
  name: text,
  head_sha: text,
  status: text,
  external_id: nullable(text),
  app: nullable(open({ id: integer })),
  output: open({ annotations_count: integer }),
})
type Run = Parsed<typeof run>

/** The list may lag behind what we just created, so that the run that we know is looked at by itself. */
async function findNewest(octokit: Octokit, check: CheckToPost): Promise<Run | null> {
  const { repo, headSha: ref, name: check_name, appId: app_id, knownId } = check
  const route = 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs'
  const params = { ...ownerAndRepo(repo), ref, check_name, app_id, filter: 'all' }
  const listed = (await reader(octokit).all(route, params)).map((one, i) => run(one, `check_runs[${i}]`))
  const lacking = knownId !== null && !listed.some((one) => one.id === knownId)
  const known = lacking ? await getRun(octokit, repo, knownId) : null
  const ours = [...listed, ...(known === null ? [] : [known])].filter(
    (one) => one.app?.id === app_id && one.name === check.name && one.head_sha === check.headSha,
  )
  return ours.sort((a, b) => b.id - a.id)[0] ?? null
}

async function getRun(octokit: Octokit, repo: string, id: number): Promise<Run | null> {
  try {
    const route = 'GET /repos/{owner}/{repo}/check-runs/{check_run_id}'
    return run(await reader(octokit).one(route, { ...ownerAndRepo(repo), check_run_id: id }), 'check_run')
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

async function create(octokit: Octokit, check: CheckToPost, externalId: string): Promise<number> {
  const { data } = await octokit.request('POST /repos/{owner}/{repo}/check-runs', {
    ...ownerAndRepo(check.repo),
    name: check.name,
    head_sha: check.headSha,
    external_id: externalId,
    details_url: check.detailsUrl,
    ...standing(check),
    actions: [...(check.actions ?? [])],
    output: output(check, 0),
  })
  return run(data, 'check_run').id
}

async function update(octokit: Octokit, check: CheckToPost, id: number, from: number): Promise<Run> {
  const { data } = await octokit.request('PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', {
    ...ownerAndRepo(check.repo),
    check_run_id: id,
    details_url: check.detailsUrl,
    ...standing(check),
    actions: [...(check.actions ?? [])],
    output: output(check, from),
  })
  return run(data, 'check_run')
}

async function append(octokit: Octokit, check: CheckToPost, id: number, from: number): Promise<number> {
  const most = Math.min(check.annotations.length, mostAnnotations)
  for (let at = from; at < most; at += annotationsPerRequest) await update(octokit, check, id, at)
  return id
}

function standing({ status, conclusion }: CheckToPost) {
  if (status !== 'completed') return { status } as const
  if (conclusion === null) throw new Error('expected a completed check run to have a conclusion')
  return { status, conclusion } as const
}

function output(check: CheckToPost, from: number) {
  const rest = check.annotations.length - mostAnnotations
  const more = rest > 0 ? `\n\n…and ${rest} more annotations that are not shown on the lines.` : ''
  return {
    title: Array.from(check.title).slice(0, 255).join(''),
    summary: shorten(check.summary, mostText - more.length) + more,
    ...(check.text === null ? {} : { text: shorten(check.text, mostText) }),
    annotations: check.annotations
      .slice(0, mostAnnotations)
      .slice(from, from + annotationsPerRequest)
      .map(toGitHub),
  }
}

function toGitHub(one: AnnotationToPost) {
  const columns = one.columns === null ? {} : { start_column: one.columns.start, end_column: one.columns.end }
  return {
    path: one.path,
    start_line: one.startLine,
    end_line: one.endLine,
    ...columns,
    annotation_level: one.level,
    title: one.title,
    message: one.message,
  }
}

function digest(annotations: readonly AnnotationToPost[]): string {
  return createHash('sha256').update(JSON.stringify(annotations)).digest('hex').slice(0, 16)
}
