import { ApiError, notFound, type RepoAsk, type Route, repoRoute } from '../api.ts'
import { accountOf, appOf } from '../auth.ts'
import { flag, text } from '../fields.ts'
import { isAncestor, NO_COMMIT, refs, typeOf } from '../git/read.ts'
import { git } from '../git/run.ts'
import { move } from '../moved.ts'
import { paginate } from '../paginate.ts'
import { refBody } from '../render/commits.ts'
import { isBypassed } from '../rules.ts'
import { needs } from './needs.ts'

export const refRoutes: readonly Route[] = [
  repoRoute('get', '/repos/{owner}/{repo}/git/ref/{ref}', needs.readContents, async (ask) => {
    const name = `refs/${ask.params.ref}`
    const found = (await refs(ask.repo, name)).find(({ ref }) => ref === name)
    if (!found) throw notFound()
    return { status: 200, body: refBody(ask.world, ask.repo, found) }
  }),

  repoRoute('get', '/repos/{owner}/{repo}/git/matching-refs/{ref}', needs.readContents, async (ask) => {
    const all = await refs(ask.repo, 'refs')
    const matching = all.filter(({ ref }) => ref.startsWith(`refs/${ask.params.ref}`))
    const { items, headers } = paginate(ask, matching)
    return { status: 200, headers, body: items.map((ref) => refBody(ask.world, ask.repo, ref)) }
  }),

  repoRoute('post', '/repos/{owner}/{repo}/git/refs', needs.writeContents, async (ask) => {
    const ref = text(ask.body, 'ref', 'Reference')
    if (!/^refs\/(heads|tags)\/./.test(ref) || !(await wellFormed(ask, ref))) {
      throw new ApiError(422, `${ref} is not a valid ref name.`)
    }
    const sha = await existing(ask)
    if (!(await move(ask.world, ask.repo, { ref, before: NO_COMMIT, after: sha }, byOf(ask)))) {
      throw new ApiError(422, 'Reference already exists')
    }
    return { status: 201, body: await described(ask, ref) }
  }),

  repoRoute('patch', '/repos/{owner}/{repo}/git/refs/{ref}', needs.writeContents, async (ask) => {
    const { ref, before } = await current(ask)
    const after = await existing(ask)
    const forced = !(await isAncestor(ask.repo, before, after))
    if (forced && !flag(ask.body, 'force')) throw new ApiError(422, 'Update is not a fast forward')
    refuseProtected(ask, ref, forced ? 'force' : 'push')
    if (before !== after && !(await move(ask.world, ask.repo, { ref, before, after }, byOf(ask)))) {
      throw new ApiError(409, 'Reference cannot be updated')
    }
    return { status: 200, body: await described(ask, ref) }
  }),

  repoRoute('delete', '/repos/{owner}/{repo}/git/refs/{ref}', needs.writeContents, async (ask) => {
    const { ref, before } = await current(ask)
    refuseProtected(ask, ref, 'delete')
    await move(ask.world, ask.repo, { ref, before, after: NO_COMMIT }, byOf(ask))
    return { status: 204 }
  }),
]

export function byOf({ caller }: RepoAsk) {
  return { actor: accountOf(caller), app: appOf(caller) }
}

/** Protection binds what comes by REST like what comes by `git push`. */
export function refuseProtected(ask: RepoAsk, ref: string, kind: 'push' | 'force' | 'delete'): void {
  const protection = ask.repo.protections.get(ref.replace('refs/heads/', ''))
  if (!protection || isBypassed(protection, byOf(ask).actor)) return
  if (kind === 'delete' && protection.blockDeletion) {
    throw new ApiError(422, 'Cannot delete this protected branch')
  }
  if (kind === 'force' && protection.blockForcePush) {
    throw new ApiError(422, 'Cannot force-push to this protected branch')
  }
  if (kind !== 'delete' && (protection.requirePullRequest || protection.requiredChecks.length > 0)) {
    throw new ApiError(409, 'Repository rule violations found: Changes must be made through a pull request.')
  }
}

async function existing(ask: RepoAsk): Promise<string> {
  const sha = text(ask.body, 'sha', 'Reference')
  if (!(await typeOf(ask.repo, sha))) throw new ApiError(422, 'Object does not exist')
  return sha
}

async function current(ask: RepoAsk): Promise<{ ref: string; before: string }> {
  const ref = `refs/${ask.params.ref}`
  const found = (await refs(ask.repo, ref)).find((one) => one.ref === ref)
  if (!found || !/^refs\/(heads|tags)\//.test(ref)) throw new ApiError(422, 'Reference does not exist')
  return { ref, before: found.sha }
}

async function described(ask: RepoAsk, name: string) {
  const found = (await refs(ask.repo, name)).find(({ ref }) => ref === name)
  if (!found) throw notFound()
  return refBody(ask.world, ask.repo, found)
}

async function wellFormed({ repo }: RepoAsk, ref: string): Promise<boolean> {
  return git(repo.dir, ['check-ref-format', ref]).then(
    () => true,
    () => false,
  )
}
