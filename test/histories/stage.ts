import { createGitHub as agentGitHub } from '@dbward/agent/github'
import { createReviewer } from '@dbward/app/flow/review'
import { createGitHub as serverGitHub } from '@dbward/app/github/client'
import { createProbot } from '@dbward/app/github/probot'
import { reader } from '@dbward/app/github/reader'
import { createAppAuth } from '@octokit/auth-app'
import { Octokit } from '@octokit/rest'
import { pino } from 'pino'
import { person } from '../stage/person.ts'
import { type Setting, setting } from '../stage/setting.ts'
import { type Commit, openClone } from './commits.ts'
import { codeOwners, type PolicyName, policyNames, policyText } from './policies.ts'
import { bodyOf, cast, filesOf, type Name, names, play, pushed, scriptOf, type World } from './script.ts'
import type { Row } from './table.ts'

const minute = 60_000
const day = 24 * 60 * minute

/**
 * One repository on an emulated GitHub for all histories: a base branch for each policy, and a branch for each history,
 * made and pushed at once. People act at times of the past; the Apps read in the present, as their credentials do not
 * live long.
 */
export async function historyStage(rows: readonly Row[]) {
  let clock = Date.now() - 60 * day
  let present = true
  const s = await setting({
    github: { now: () => new Date(present ? Date.now() : clock), rateLimit: 1_000_000 },
  })
  const { github, repo } = s
  const people = peopleOf(s)
  const robot = await robotOf(s)
  const clone = await openClone(repo.cloneUrl(people.ann.token))
  const branchOf = (index: number) => `history-${index}`
  const numberOf = (index: number) => 100 + index
  const ann = signatureOf('ann')
  await clone.commit(
    policyNames.map((policy) => ({
      ...{
        branch: policy,
        from: 'refs/heads/main',
        author: ann,
        committer: ann,
        message: `policy ${policy}`,
      },
      files: {
        '.dbward.yml': policyText(policy),
        ...(policy === 'owners' ? { CODEOWNERS: codeOwners } : {}),
      },
    })),
  )
  await clone.commit(
    rows.map(([policy, script], index) => ({
      ...{
        branch: branchOf(index),
        from: `refs/heads/${policy}`,
        author: ann,
        committer: ann,
        message: script || '-',
      },
      files: filesOf(scriptOf(script).opening, numberOf(index)),
    })),
  )
  const bases = policyNames.flatMap((one) => [`refs/heads/${one}`, `refs/heads/${one}:refs/heads/${one}-too`])
  await clone.push(repo.cloneUrl(people.ann.token), ...bases)
  await clone.push(
    repo.cloneUrl(people.ann.token),
    ...rows.map((_, index) => `refs/heads/${branchOf(index)}`),
  )

  function signatureOf(name: Name | 'stranger') {
    if (name === 'stranger') return { name, email: 'stranger@nowhere.example' }
    return { name, email: `${people[name].id}+${name}@users.noreply.github.com` }
  }

  /** Lets a history happen; gives the pull request, and the time when it is over. */
  async function act(row: Row, index: number) {
    const [policy, script] = row
    const { opening, acts } = scriptOf(script)
    present = false
    const pr = await people.ann.open(branchOf(index), script || '-', policy)
    const undo: (() => void)[] = []
    const world = worldOf(
      policy,
      pr,
      branchOf(index),
      numberOf(index),
      filesOf(opening, numberOf(index)),
      undo,
    )
    await play(world, acts)
    present = true
    return {
      pr,
      now: clock,
      /** As everybody was before it. */
      over: () => {
        for (const one of undo) one()
      },
    }
  }

  function worldOf(
    policy: PolicyName,
    pr: number,
    branch: string,
    number: number,
    first: Readonly<Record<string, string>>,
    undo: (() => void)[],
  ): World {
    let files = first
    let pushes = 0
    let older = ''
    const tick = () => {
      clock += minute
    }
    const send = async (
      by: Name,
      { from, ...commit }: Omit<Commit, 'branch' | 'from'> & { readonly from?: string },
    ) => {
      tick()
      older = await clone.git('rev-parse', branch)
      await clone.commit([{ branch, from: from ?? older, ...commit }])
      await clone.push(repo.cloneUrl(people[by].token), `refs/heads/${branch}`)
    }
    const dismissable = async (whose: Name) => {
      const at = { owner: repo.fullName.split('/')[0] ?? '', repo: repo.fullName.split('/')[1] ?? '' }
      const { data } = await people.ann.octokit.rest.pulls.listReviews({
        ...at,
        pull_number: pr,
        per_page: 100,
      })
      const last = data.findLast((one) => one.user?.login === whose && /APPROVED|CHANGES/.test(one.state))
      if (last === undefined) throw new Error(`${whose} has no review that can be dismissed`)
      return last.id
    }
    return {
      async approve(who, how) {
        tick()
        if (how.older) await people[who].approveAt(pr, older)
        else await people[who].approve(pr, bodyOf(how.body, number))
      },
      async robotApproves() {
        tick()
        await robot(pr)
      },
      async requestChanges(who, body) {
        tick()
        await people[who].requestChanges(pr, body)
      },
      async remark(who, body) {
        tick()
        await people[who].remark(pr, bodyOf(body, number))
      },
      dismiss: async (who, whose) => people[who].dismiss(pr, await dismissable(whose)),
      async push({ by, author, committer, coAuthor, what }) {
        pushes += 1
        const next = pushed(what, number, first, files, pushes)
        const gone = Object.keys(files).filter((path) => !Object.hasOwn(next, path))
        const trailer =
          coAuthor === undefined ? '' : `\n\nCo-authored-by: ${coAuthor} <${signatureOf(coAuthor).email}>`
        await send(by, {
          author: signatureOf(author),
          committer: signatureOf(committer),
          message: `push ${pushes}${trailer}`,
          files: {
            ...next,
            ...Object.fromEntries(gone.map((path) => [path, null])),
            ...(what === 'notes' ? { 'notes.md': `notes ${pushes}\n` } : {}),
          },
        })
        files = next
      },
      async rebase(who) {
        const committer = signatureOf(who)
        await moveBase(policy)
        await send(who, {
          from: await clone.fetch(policy),
          author: ann,
          committer,
          message: 'rebased',
          files,
        })
      },
      async update(who) {
        tick()
        await moveBase(policy)
        const [owner = '', name = ''] = repo.fullName.split('/')
        await people[who].octokit.rest.pulls.updateBranch({ owner, repo: name, pull_number: pr })
        const head = await clone.fetch(branch)
        await clone.git('update-ref', `refs/heads/${branch}`, head)
      },
      async merge(who, method) {
        tick()
        await people[who].merge(pr, method)
      },
      async retarget(who, back) {
        tick()
        await people[who].retarget(pr, back ? policy : `${policy}-too`)
      },
      leave(who, team) {
        github.teamRemove('acme', team, who)
        undo.push(() => github.teamAdd('acme', team, who))
      },
      join(who, team) {
        github.teamAdd('acme', team, who)
        undo.push(() => github.teamRemove('acme', team, who))
      },
      demote(who) {
        github.collaborator(repo.fullName, who, 'read')
        undo.push(() => github.collaborator(repo.fullName, who, cast[who].role))
      },
      pass(hours) {
        clock += hours * 60 * minute
      },
    }
  }

  let moves = 0
  async function moveBase(policy: PolicyName): Promise<void> {
    moves += 1
    await github.commit(repo.fullName, policy, { files: { [`docs/${moves}.md`]: 'moved\n' } })
  }

  const server = serverGitHub({
    probot: createProbot(
      { apiUrl: github.url, appId: s.serverApp.id, privateKey: s.serverApp.privateKey },
      pino({ level: 'silent' }),
    ),
  })
  const agent = agentGitHub({ apiUrl: github.url, appId: s.agentApp.id, privateKey: s.agentApp.privateKey })
  const reviewer = createReviewer()
  return {
    repo,
    act,
    reviewer,
    serverReader: async () => reader((await server.forRepository(repo.fullName)).octokit),
    agentReader: () => agent(repo.fullName),
    async close() {
      await Promise.all([reviewer.close(), clone.close(), github.close()])
    },
  }
}

type People = Readonly<Record<Name, ReturnType<typeof person>>>

/** The people of the setting, and those that a history needs besides. */
function peopleOf({ github, repo, people }: Setting): People {
  const more = names.flatMap((login) => {
    if (login in people) return []
    const user = github.user(login, { email: `${login}@example.com` })
    github.orgMember('acme', login, 'member')
    return [[login, person(user, repo, github.url)] as const]
  })
  for (const login of names) github.collaborator(repo.fullName, login, cast[login].role)
  github.team(
    'acme',
    'sre',
    names.filter((login) => cast[login].teams.some((team) => team === 'acme/sre')),
  )
  return { ...people, ...Object.fromEntries(more) } as People
}

/** An App that may write to pull requests, and approves as itself. */
async function robotOf({ github, repo }: Setting): Promise<(pull_number: number) => Promise<void>> {
  const app = github.app({ slug: 'robot', owner: 'acme', permissions: { pull_requests: 'write' } })
  const { id } = github.install(app.id, 'acme', 'all')
  const { token } = (await new Octokit({
    baseUrl: github.url,
    authStrategy: createAppAuth,
    auth: { appId: app.id, privateKey: app.privateKey, installationId: id },
  }).auth({ type: 'installation' })) as { readonly token: string }
  const octokit = new Octokit({ baseUrl: github.url, auth: token })
  const [owner = '', name = ''] = repo.fullName.split('/')
  return async (pull_number) => {
    await octokit.rest.pulls.createReview({ owner, repo: name, pull_number, event: 'APPROVE' })
  }
}
