import type { RestEndpointMethodTypes } from '@octokit/rest'
import { checksOf, checksView } from './page-checks.ts'
import { filesView } from './page-diff.ts'
import { type Html, html } from './page-html.ts'
import { markdown } from './page-markdown.ts'
import { timelineView } from './page-timeline.ts'
import {
  type PageSource,
  page,
  pathOf,
  peopleOf,
  type RepositoryName,
  readerOf,
  refusal,
  stateOf,
  when,
} from './page-view.ts'

type Pull = RestEndpointMethodTypes['pulls']['get']['response']['data']

/** One pull request with all that one decides by, and the buttons. Null where nobody can read it. */
export async function pullPage(
  source: PageSource,
  name: RepositoryName,
  number: number,
  trouble: string | null,
): Promise<string | null> {
  const octokit = await readerOf(source, name)
  const answer = await octokit?.rest.pulls.get({ ...name, pull_number: number }).catch(refusal)
  if (!octokit || !answer || answer instanceof Error) return null
  const pull = answer.data

  const [head, merged, files, timeline] = await Promise.all([
    checksOf(octokit, name, pull.head.sha),
    pull.merged && pull.merge_commit_sha ? checksOf(octokit, name, pull.merge_commit_sha) : null,
    octokit.paginate(octokit.rest.pulls.listFiles, { ...name, pull_number: number, per_page: 100 }),
    timelineView(octokit, name, number),
  ])
  const repository = `${name.owner}/${name.repo}`
  return page(
    `${pull.title} · ${repository} #${number}`,
    [
      { href: pathOf(name), text: repository },
      { href: pathOf(name, number), text: `#${number}` },
    ],
    html`${heading(pull)}${trouble !== null && html`<p class="error" role="alert">${trouble}</p>`}
${merged && html`<h2>Checks on the merge commit</h2>${checksView(pull.merge_commit_sha ?? '', merged.runs)}`}
<h2>Checks on the head</h2>${checksView(pull.head.sha, head.runs)}
<h2>Conversation</h2>${
      pull.body &&
      html`<section class="card"><header><strong>${pull.user.login}</strong> opened this ${when(pull.created_at)}</header>
<div class="inside">${markdown(pull.body)}</div></section>`
    }${timeline}
${actions(source, pull)}
<h2>Files changed</h2>${filesView(files, head.notes)}`,
  )
}

function heading(pull: Pull): Html {
  const mergeable = pull.mergeable === null ? 'not known yet' : pull.mergeable ? 'no conflicts' : 'conflicts'
  return html`<h1>${pull.title} <small>#${pull.number}</small></h1>
<p><span class="state ${stateOf(pull)}">${stateOf(pull)}</span> <strong>${pull.user.login}</strong> wants to merge
${pull.commits} commit${pull.commits !== 1 && 's'} from <code>${pull.head.label}</code> at <code>${pull.head.sha.slice(0, 7)}</code>
into <code>${pull.base.ref}</code>${pull.state === 'open' && html` <span class="quiet">(${mergeable}, ${pull.mergeable_state})</span>`}
${pull.merged_by && html`<br>Merged by <strong>${pull.merged_by.login}</strong> as <code>${pull.merge_commit_sha?.slice(0, 7)}</code>, ${when(pull.merged_at)}`}</p>`
}

/** The head that is on show goes along: approving and merging are of what one has seen, and not of what came since. */
function actions(source: PageSource, pull: Pull): Html {
  const people = peopleOf(source).map(({ login }) => html`<option>${login}</option>`)
  const button = (action: string, text: string) => html`<button name="do" value="${action}">${text}</button>`
  const buttons = [
    button('approve', 'Approve'),
    button('request_changes', 'Request changes'),
    button('comment', 'Comment'),
  ]
  if (pull.state === 'open') {
    buttons.push(
      button('merge', 'Merge'),
      button('squash', 'Squash and merge'),
      button('rebase', 'Rebase and merge'),
    )
    buttons.push(button('close', 'Close'))
  } else if (!pull.merged) buttons.push(button('reopen', 'Reopen'))
  return html`<form method="post"><label>As <select name="as">${people}</select></label>
<input type="hidden" name="head" value="${pull.head.sha}">
<textarea name="body" aria-label="Comment" placeholder="What to say (needed for changes and comments)"></textarea>${buttons}</form>`
}
