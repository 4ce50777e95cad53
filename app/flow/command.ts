import type { CommentCommand } from '@dbward/protocol/command'
import type { GitHubReader } from '@dbward/protocol/github'
import { type Role, roles } from '@dbward/protocol/policy'
import { openRepository } from '@dbward/protocol/repository'
import { readRole } from '@dbward/protocol/standing'
import { commandsOf } from '../store/commands.ts'
import { commit } from '../store/commit.ts'
import { markDirty } from '../store/doorbell.ts'
import type { Store } from '../store/open.ts'
import { requestsOf } from '../store/requests.ts'
import type { AuditInput, CommandRow, DirtyInput, RequestWrite } from '../store/rows.ts'
import { answer, elsewhereAnswer, helpAnswer, strangerAnswer, unclearAnswer } from '../view/answer.ts'
import { planAnswer } from '../view/answer-plan.ts'
import { promoteAnswer, retryAnswer, reviewAnswer } from '../view/answer-run.ts'
import { whyAnswer } from '../view/answer-why.ts'
import { wishAnswer } from '../view/answer-wish.ts'
import type { Markdown } from '../view/markdown.ts'
import { type Question, readQuestions } from './asked.ts'
import { toPlans } from './plans-of.ts'
import { promotions } from './promote.ts'
import { retry } from './retry.ts'
import { surfaceOfAnswer } from './surfaces.ts'
import { type Look, whatItTakes } from './why.ts'
import { isWish, wished } from './wished.ts'

export type CommandDeps = { readonly store: Store; readonly now: () => Date }

/** More than that in one look wait for the next one: a flood of comments keeps nobody else from being looked at. */
const mostInOneLook = 10

/**
 * Answers what people asked on a pull request, each question once: the answer, what it changes and its audit entry are one
 * transaction with the id of the comment. Whoever may not write to the repository is told so once, and counted afterwards.
 */
export async function answerCommands(
  deps: CommandDeps,
  reader: GitHubReader,
  key: DirtyInput,
  look: Look | null,
): Promise<void> {
  const questions = await readQuestions(
    deps.store,
    reader,
    key,
    look?.snapshot.facts.reviews ?? [],
    deps.now(),
  )
  for (const one of questions.slice(0, mostInOneLook)) await answerOne(deps, reader, key, look, one)
  if (questions.length > mostInOneLook) markDirty(deps.store, deps.now(), [key])
}

async function answerOne(
  deps: CommandDeps,
  reader: GitHubReader,
  key: DirtyInput,
  look: Look | null,
  question: Question,
): Promise<void> {
  const role = await readRole(openRepository(reader, key.repo), question.by)
  const may = role !== 'none' && roles.indexOf(role) >= roles.indexOf('write')
  const given = may ? await give(deps, reader, key, look, question) : refuse(deps, key, question)
  const { login } = question.by
  const body = given.body === null ? null : answer(nameOf(question), login, given.body)
  const row: CommandRow = {
    key: question.key,
    repo_id: key.repo_id,
    pr: key.pr,
    user_id: question.by.id,
    login,
    name: nameOf(question),
    outcome: given.outcome,
    at: question.at,
  }
  commit(deps.store, deps.now(), {
    audit: [entry(key, row, role), ...given.requests.map((one) => moving(one, row))],
    commands: [row],
    surfaces: body === null ? [] : [surfaceOfAnswer(key, question.key, body)],
    requests: given.requests,
    dirty: given.again ? [key] : [],
  })
}

type Given = {
  readonly outcome: CommandRow['outcome']
  /** Null where nothing is said in a comment. */
  readonly body: Markdown | null
  readonly requests: readonly RequestWrite[]
  /** Whether the pull request is to be looked at again because of it. */
  readonly again: boolean
}
const nothing = { requests: [], again: false } as const

function refuse({ store }: CommandDeps, key: DirtyInput, { by }: Question): Given {
  const before = commandsOf(store, key.repo_id, key.pr).some((one) => one.user_id === by.id)
  if (before) return { ...nothing, outcome: 'counted', body: null }
  return { ...nothing, outcome: 'refused', body: strangerAnswer() }
}

async function give(
  deps: CommandDeps,
  reader: GitHubReader,
  key: DirtyInput,
  look: Look | null,
  question: Question,
): Promise<Given> {
  const { asked, from, by } = question
  if (asked.kind === 'unclear') return { ...nothing, outcome: 'refused', body: unclearAnswer(asked.why) }
  if (asked.kind === 'elsewhere') {
    return { ...nothing, outcome: 'refused', body: elsewhereAnswer(asked.name, from === 'review') }
  }
  if (isWish(asked.command)) {
    const found = wished(deps.store, key, look, by, asked.command)
    const outcome = found.some((one) => one.counts) ? 'done' : 'refused'
    return { ...nothing, outcome, body: wishAnswer(asked.command, found) }
  }
  const given = await doAsked(deps, reader, key, look, question, asked.command)
  // A button that was pressed is answered by the check that it is on; a plan has no place there.
  return from === 'button' && asked.command.name === 'review' ? { ...given, body: null } : given
}

async function doAsked(
  { store, now }: CommandDeps,
  reader: GitHubReader,
  key: DirtyInput,
  look: Look | null,
  { by }: Question,
  command: CommentCommand,
): Promise<Given> {
  const requests = requestsOf(store, key.repo_id, key.pr)
  const view = look?.view ?? null
  switch (command.name) {
    case 'help':
      return { ...nothing, outcome: 'done', body: helpAnswer() }
    case 'plan':
      return { ...nothing, outcome: 'done', body: planAnswer(view, toPlans(store, requests)) }
    case 'why': {
      const person =
        command.login === null ? null : await whatItTakes(reader, key, look, command.login, now())
      return { ...nothing, outcome: 'done', body: whyAnswer(view, person) }
    }
    case 'review':
      return { ...nothing, again: true, outcome: 'done', body: reviewAnswer(view) }
    case 'retry': {
      const tried = retry(requests, by.login, now())
      const moved = tried.flatMap((one) => (one.row === null ? [] : [one.row]))
      const outcome = moved.length > 0 ? 'done' : 'refused'
      return { outcome, body: retryAnswer(tried), requests: moved, again: moved.length > 0 }
    }
    case 'promote': {
      const found = promotions(store, requests, command.environment)
      const outcome = found.length > 0 ? 'done' : 'refused'
      return { ...nothing, again: true, outcome, body: promoteAnswer(command.environment, found) }
    }
    default:
      return command satisfies never
  }
}

function nameOf({ asked }: Question): string {
  if (asked.kind === 'command') return asked.command.name
  return asked.kind === 'elsewhere' ? asked.name : 'unclear'
}

function entry({ repo, pr }: DirtyInput, row: CommandRow, role: Role | 'none'): AuditInput {
  const data = { key: row.key, command: row.name, user_id: row.user_id, role }
  return {
    type: 'command.answered',
    actor: { kind: 'person', id: row.login },
    subject: { repo, pr },
    outcome: row.outcome,
    data,
  }
}

/** Every request that a command changes has an entry of its own, under the name of who asked. */
function moving(one: RequestWrite, { key, login, name }: CommandRow): AuditInput {
  const { id, repo, pr, head, merge_sha, db, env, state } = one
  return {
    type: 'request.moved',
    actor: { kind: 'person', id: login },
    subject: { repo, pr, head, merge: merge_sha, db, env, request: id },
    outcome: state,
    data: { key, command: name, code: one.reason_code },
  }
}
