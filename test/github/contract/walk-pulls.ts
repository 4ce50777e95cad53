import { type Stage, shop } from './stage.ts'

/** The life of pull requests: opened, checked, discussed, reviewed and merged. Answers the number of the first. */
export async function walkPulls(stage: Stage): Promise<number> {
  const { number, head } = await pullRequest(stage)
  await checks(stage, head)
  await conversation(stage, number)
  await reviews(stage, number, head)
  await merges(stage, number)
  await otherMerges(stage)
  await mergeQueue(stage)
  return number
}

async function pullRequest({ alice, bot, github }: Stage): Promise<{ number: number; head: string }> {
  const { pulls } = alice.rest
  const { data: made } = await pulls.create({
    ...shop,
    title: 'Two',
    head: 'feat/two',
    base: 'main',
    body: 'Why',
  })
  const pull = { ...shop, pull_number: made.number }
  await pulls.create({ ...shop, title: 'Draft', head: 'contents', base: 'main', draft: true })
  await alice.rest.git.createRef({ ...shop, ref: 'refs/heads/release', sha: made.base.sha })
  await pulls.update({ ...pull, title: 'Two, better', body: '' })
  await pulls.update({ ...pull, base: 'release' })
  await pulls.update({ ...pull, base: 'main' })
  await pulls.update({ ...pull, state: 'closed' })
  await pulls.update({ ...pull, state: 'open' })
  await github.commit('acme/shop', 'feat/two', {
    files: { 'db/a/4_four.sql': 'select 4;\n' },
    author: 'alice',
  })
  await github.commit('acme/shop', 'main', { files: { 'other.txt': 'other\n' }, author: 'carol' })
  await pulls.updateBranch(pull)
  await bot.rest.pulls.list({ ...shop, state: 'all', sort: 'updated', direction: 'desc' })
  await bot.rest.pulls.list({ ...shop, head: 'acme:feat/two', base: 'main' })
  const { data: read } = await bot.rest.pulls.get(pull)
  await bot.rest.pulls.listFiles({ ...pull, per_page: 1 })
  await bot.rest.pulls.listCommits(pull)
  await bot.rest.repos.listPullRequestsAssociatedWithCommit({ ...shop, commit_sha: read.head.sha })
  return { number: made.number, head: read.head.sha }
}

async function checks({ bot, bob, carol, github }: Stage, head: string): Promise<void> {
  const { checks } = bot.rest
  const annotation = {
    path: 'db/a/2_one.sql',
    start_line: 1,
    end_line: 1,
    annotation_level: 'failure',
    message: 'No',
  } as const
  const { data: made } = await checks.create({
    ...shop,
    name: 'dbward/gate',
    head_sha: head,
    external_id: 'gate:1',
    details_url: 'https://example.com/1',
    status: 'in_progress',
    output: {
      title: 'Looking',
      summary: 'One *moment*',
      annotations: [{ ...annotation, start_column: 1, end_column: 7 }],
    },
  })
  const run = { ...shop, check_run_id: made.id }
  await checks.update({
    ...run,
    status: 'completed',
    conclusion: 'failure',
    output: {
      title: 'No',
      summary: 'No',
      text: 'Why',
      annotations: [{ ...annotation, title: 'T', raw_details: 'R', end_line: 2 }],
    },
    actions: [{ label: 'Again', description: 'Look once more', identifier: 'again' }],
  })
  await checks.create({ ...shop, name: 'bare', head_sha: head })
  await bob.rest.checks.get(run)
  await bot.rest.checks.listAnnotations({ ...run, per_page: 1, page: 2 })
  await bob.rest.checks.listForRef({ ...shop, ref: head, filter: 'latest', check_name: 'dbward/gate' })
  await bot.rest.checks.listForRef({ ...shop, ref: 'feat/two' })
  await carol.rest.checks.listSuitesForRef({ ...shop, ref: head })
  await bot.rest.checks.rerequestRun(run)
  github.pressCheckButton(made.id, 'bob', 'again')
  github.pressCheckButton(made.id, 'bob', null)
  await checks.update({ ...run, status: 'completed', conclusion: 'success' })
}

async function conversation({ alice, bob, bot }: Stage, number: number): Promise<void> {
  const { issues } = bot.rest
  const issue = { ...shop, issue_number: number }
  const { data: comment } = await issues.createComment({ ...issue, body: 'Looks **fine**' })
  const said = { ...shop, comment_id: comment.id }
  await issues.updateComment({ ...said, body: 'Looks good' })
  await issues.getComment(said)
  await bob.rest.reactions.createForIssueComment({ ...said, content: 'rocket' })
  await bob.rest.reactions.createForIssueComment({ ...said, content: 'rocket' })
  const { data: other } = await bob.rest.issues.createComment({ ...issue, body: 'Never mind' })
  await bob.rest.issues.deleteComment({ ...shop, comment_id: other.id })
  await bob.rest.issues.listComments({ ...issue, since: '2020-01-01T00:00:00Z' })
  await bob.rest.issues.addLabels({ ...issue, labels: ['urgent', 'sql'] })
  await bob.rest.issues.listLabelsOnIssue(issue)
  await bob.rest.issues.removeLabel({ ...issue, name: 'urgent' })
  await bob.rest.issues.get(issue)
  const { data: made } = await alice.rest.issues.create({ ...shop, title: 'An issue', body: 'Text' })
  await alice.rest.issues.update({ ...shop, issue_number: made.number, state: 'closed' })
  await alice.rest.issues.get({ ...shop, issue_number: made.number })
  await issues.listEvents(issue)
}

async function reviews({ alice, bob, carol, bot }: Stage, number: number, head: string): Promise<void> {
  const pull = { ...shop, pull_number: number }
  const { data: first } = await bob.rest.pulls.createReview({
    ...pull,
    event: 'REQUEST_CHANGES',
    body: 'No',
    commit_id: head,
  })
  await bob.rest.pulls.createReview({ ...pull, event: 'COMMENT', body: 'Or' })
  const { data: pending } = await bob.rest.pulls.createReview({ ...pull, body: 'Later' })
  await bob.rest.pulls.submitReview({ ...pull, review_id: pending.id, event: 'APPROVE', body: 'Now' })
  await carol.rest.pulls.dismissReview({ ...pull, review_id: first.id, message: 'Settled' })
  await bot.rest.pulls.getReview({ ...pull, review_id: first.id })
  await bot.rest.pulls.listReviews({ ...pull, per_page: 2 })
  await alice.rest.issues.listEvents({ ...shop, issue_number: number, per_page: 100 })
}

async function merges({ bob, bot }: Stage, number: number): Promise<void> {
  const pull = { ...shop, pull_number: number }
  const { data: read } = await bot.rest.pulls.get(pull)
  const { data: merged } = await bob.rest.pulls.merge({
    ...pull,
    sha: read.head.sha,
    commit_title: 'Two (#1)',
  })
  await bot.rest.pulls.get(pull)
  await bot.rest.issues.get({ ...shop, issue_number: number })
  await bot.rest.issues.listEvents({ ...shop, issue_number: number, per_page: 100 })
  await bot.rest.repos.listPullRequestsAssociatedWithCommit({ ...shop, commit_sha: merged.sha })
  await bot.rest.repos.listActivities({ ...shop, ref: 'refs/heads/main' })
  await bot.rest.git.getRef({ ...shop, ref: 'heads/main' })
}

async function otherMerges({ carol, github }: Stage): Promise<void> {
  for (const method of ['squash', 'rebase'] as const) {
    await github.commit('acme/shop', method, { files: { [`${method}.txt`]: `${method}\n` }, author: 'alice' })
    const { data: made } = await carol.rest.pulls.create({
      ...shop,
      title: method,
      head: method,
      base: 'main',
    })
    const pull = { ...shop, pull_number: made.number }
    await carol.rest.pulls.merge({ ...pull, merge_method: method })
    await carol.rest.pulls.get(pull)
  }
}

async function mergeQueue({ carol, github }: Stage): Promise<void> {
  const numbers: number[] = []
  for (const head of ['queued', 'queued-too']) {
    await github.commit('acme/shop', head, { files: { [`${head}.txt`]: `${head}\n` }, author: 'alice' })
    const { data } = await carol.rest.pulls.create({ ...shop, title: head, head, base: 'main' })
    numbers.push(data.number)
  }
  await github.mergeGroupDropped('acme/shop', await github.mergeGroup('acme/shop', 'main', numbers))
  const group = await github.mergeGroup('acme/shop', 'main', numbers, 'squash')
  await github.mergeGroupLands('acme/shop', group)
}
