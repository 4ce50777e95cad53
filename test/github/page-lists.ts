import { type Html, html } from './page-html.ts'
import {
  type PageSource,
  page,
  pathOf,
  peopleOf,
  type RepositoryName,
  readerOf,
  stateOf,
  when,
} from './page-view.ts'

/** The start page: every repository, its open pull requests, and whom one can act as. */
export async function homePage(source: PageSource): Promise<string> {
  const repositories = source.repositories().map(async (fullName) => {
    const [owner = '', repo = ''] = fullName.split('/')
    const pulls = await pullsOf(source, { owner, repo }, 'open')
    const link = html`<a href="${pathOf({ owner, repo })}"><strong>${fullName}</strong></a>`
    return html`<section class="card"><header>${link}</header><div class="inside">${pulls}</div></section>`
  })
  const people = peopleOf(source).map(({ login }) => html`<li><code>${login}</code></li>`)
  return page(
    'Emulated GitHub',
    [],
    html`<h1>Repositories</h1>${repositories.length > 0 ? await Promise.all(repositories) : html`<p>None yet.</p>`}
<h2>People</h2><ul>${people}</ul>`,
  )
}

/** A repository: how to clone it, and all its pull requests. Null where nobody can read it. */
export async function repositoryPage(source: PageSource, name: RepositoryName): Promise<string | null> {
  const octokit = await readerOf(source, name)
  if (octokit === null) return null
  const { data: repository } = await octokit.rest.repos.get(name)
  return page(
    repository.full_name,
    [{ href: pathOf(name), text: repository.full_name }],
    html`<h1>${repository.full_name}</h1>
<pre>git clone ${repository.clone_url}</pre>
<p class="quiet">Default branch <code>${repository.default_branch}</code>. Push with a person's token as the password.</p>
<h2>Pull requests</h2>${await pullsOf(source, name, 'all')}`,
  )
}

async function pullsOf(source: PageSource, name: RepositoryName, state: 'open' | 'all'): Promise<Html> {
  const octokit = await readerOf(source, name)
  if (octokit === null) return html`<p>Nobody here can read this repository.</p>`
  const pulls = await octokit.paginate(octokit.rest.pulls.list, { ...name, state, per_page: 100 })
  if (pulls.length === 0)
    return html`<p class="quiet">No ${state === 'open' ? 'open ' : ''}pull requests.</p>`
  const rows = pulls.map(
    (pull) => html`<li><span class="state ${stateOf(pull)}">${stateOf(pull)}</span>
<a href="${pathOf(name, pull.number)}">${pull.title}</a>
<span class="quiet">#${pull.number} by ${pull.user?.login}, ${when(pull.created_at)}</span></li>`,
  )
  return html`<ul class="plain">${rows}</ul>`
}
