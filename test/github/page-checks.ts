import type { Octokit, RestEndpointMethodTypes } from '@octokit/rest'
import type { Note } from './page-diff.ts'
import { type Html, html } from './page-html.ts'
import { markdown } from './page-markdown.ts'
import type { RepositoryName } from './page-view.ts'

type Run = RestEndpointMethodTypes['checks']['get']['response']['data']

/** The check runs of a commit, with all their annotations. */
export async function checksOf(
  octokit: Octokit,
  name: RepositoryName,
  ref: string,
): Promise<{ readonly runs: readonly Run[]; readonly notes: readonly Note[] }> {
  const runs = await octokit.paginate(octokit.rest.checks.listForRef, { ...name, ref, per_page: 100 })
  const notes = runs.map(async (run) => {
    if (run.output.annotations_count === 0) return []
    const listed = { ...name, check_run_id: run.id, per_page: 100 }
    const annotations = await octokit.paginate(octokit.rest.checks.listAnnotations, listed)
    return annotations.map((annotation) => ({ ...annotation, check: run.name }))
  })
  return { runs, notes: (await Promise.all(notes)).flat() }
}

export function checksView(ref: string, runs: readonly Run[]): Html {
  if (runs.length === 0) return html`<p class="quiet">No checks on <code>${ref.slice(0, 7)}</code>.</p>`
  return html`${runs.map(runView)}`
}

function runView(run: Run): Html {
  const verdict = run.conclusion ?? run.status
  const { title, summary, text, annotations_count: count } = run.output
  const body = html`${summary && markdown(summary)}${text && markdown(text)}`
  return html`<section class="card" id="run-${run.id}"><header><strong class="${verdict}">${verdict.replace('_', ' ')}</strong>
<strong>${run.name}</strong> ${title} <span class="quiet">${run.app?.slug} on <code>${run.head_sha.slice(0, 7)}</code>${
    count > 0 && html`, ${count} annotation${count > 1 && 's'}`
  }</span></header>${(summary || text) && html`<div class="inside"><details ${verdict !== 'success' && html`open`}><summary>Details</summary>${body}</details></div>`}</section>`
}
