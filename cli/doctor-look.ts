import { askedPermissions } from '@dbward/protocol/app-permissions'
import type { StatusAnswer } from '@dbward/protocol/status'
import type { Rule, Surroundings } from './doctor-read.ts'

/** One thing that was looked at. `fix` says where to mend it, or who can see it; empty where it is in order. */
export type Line = {
  readonly name: string
  readonly result: 'ok' | 'problem' | 'not checked'
  readonly message: string
  readonly fix: string
}

const gate = 'dbward/gate'
const mendRules = 'Settings > Rules > Rulesets (or Branches), on GitHub'
const administrator = 'run it with the token of an administrator of the repository'
const owner = 'run it with the token of an owner of the organization'

/** What a gate rests on outside of dbward. Pure: what was seen goes in, and what nobody could see is never ok. */
export function lookAt(surroundings: Surroundings, status: StatusAnswer | null): readonly Line[] {
  const seen = { ...surroundings, rules: surroundings.rules ?? [] }
  const guards = [requiredCheck(seen), direct(seen), forcePushes(seen)]
  return [
    ...(surroundings.rules === null ? guards.map(withoutRules) : guards),
    ...bypass(seen),
    actions(seen),
    mergeMethods(seen),
    mergeQueue(seen),
    stale(seen),
    ...app(seen),
    ...agents(status),
  ]
}

type Seen = Surroundings & { readonly rules: readonly Rule[] }

/** What only a ruleset could still put right is not known to be wrong where none may be seen. */
function withoutRules(line: Line): Line {
  return line.result === 'problem'
    ? unseen(line.name, `${line.message}, unless a ruleset says otherwise, which was not seen`, administrator)
    : line
}

function requiredCheck({ rules, classicChecks, branch, app }: Seen): Line {
  const name = 'required check'
  const bound = [
    ...rules
      .flatMap((one) => one.parameters?.required_status_checks ?? [])
      .filter((one) => one.context === gate)
      .map((one) => one.integration_id),
    ...classicChecks.filter((one) => one.context === gate).map((one) => one.appId),
  ]
  if (bound.length === 0)
    return problem(
      name,
      `${gate} is not required on ${branch}`,
      `require ${gate}, from the App dbward: ${mendRules}`,
    )
  const ids = [...new Set(bound.filter((one) => one !== null && one > 0))]
  if (ids.length === 0) {
    return problem(
      name,
      `${gate} may come from anybody who can set a status`,
      `choose the App as its source: ${mendRules}`,
    )
  }
  if (app === null)
    return unseen(
      name,
      `${gate} is bound to App ${ids.join(', ')}; whether that is dbward was not seen`,
      owner,
    )
  if (app === 'not installed' || !ids.includes(app.app_id)) {
    const own = app === 'not installed' ? 'an App that is not installed' : `App ${app.app_id}`
    return problem(
      name,
      `${gate} is bound to App ${ids.join(', ')}, and dbward is ${own}`,
      `choose dbward as its source: ${mendRules}`,
    )
  }
  return ok(name, `${gate} is required on ${branch}, from App ${app.app_id}`)
}

/** Who may push to the branch without a pull request. */
function direct({ rules, classic, branch }: Seen): Line {
  const name = 'direct pushes'
  if (rules.some((one) => one.type === 'pull_request')) return ok(name, `${branch} takes pull requests only`)
  if (classic === null)
    return unseen(
      name,
      `no ruleset asks for pull requests on ${branch}; its protection was not seen`,
      administrator,
    )
  if (classic !== 'none' && classic.required_pull_request_reviews !== null)
    return ok(name, `${branch} takes pull requests only`)
  const listed = classic === 'none' ? null : classic.restrictions
  const who = listed === null ? 'whoever has write permission' : 'those whom its protection names'
  return problem(
    name,
    `${who} may push to ${branch} without a pull request`,
    `require a pull request before merging: ${mendRules}`,
  )
}

function forcePushes({ rules, classic, branch }: Seen): Line {
  const name = 'force pushes'
  if (rules.some((one) => one.type === 'non_fast_forward')) return ok(name, `the history of ${branch} stays`)
  if (classic === null)
    return unseen(
      name,
      `no ruleset blocks force pushes to ${branch}; its protection was not seen`,
      administrator,
    )
  if (classic !== 'none' && classic.allow_force_pushes?.enabled === false)
    return ok(name, `the history of ${branch} stays`)
  return problem(
    name,
    `the history of ${branch} may be written anew, and merges vanish from it`,
    `block force pushes: ${mendRules}`,
  )
}

function bypass({ bypass: rulesets, classic }: Surroundings): readonly Line[] {
  const name = 'bypass'
  const lines = rulesets.map(({ ruleset, actors }): Line => {
    if (actors === null) return unseen(name, `who may bypass ruleset ${ruleset} was not seen`, administrator)
    if (actors.length === 0) return ok(name, `nobody may bypass ruleset ${ruleset}`)
    return problem(
      name,
      `${actors.join(', ')} may bypass ruleset ${ruleset}`,
      `take them out of its bypass list: ${mendRules}`,
    )
  })
  if (classic === 'none') return lines
  if (classic === null)
    return [...lines, unseen(name, 'who may bypass the protection of the branch was not seen', administrator)]
  const allowed = classic.required_pull_request_reviews?.bypass_pull_request_allowances ?? null
  const some = [allowed?.users, allowed?.teams, allowed?.apps].some((one) => (one ?? []).length > 0)
  return [
    ...lines,
    classic.enforce_admins?.enabled
      ? ok(name, 'administrators are bound by the protection of the branch')
      : problem(
          name,
          'administrators may bypass the protection of the branch',
          `choose "Do not allow bypassing the above settings": ${mendRules}`,
        ),
    ...(some
      ? [
          problem(
            name,
            'somebody may bypass the required pull requests',
            `take them out of the protection: ${mendRules}`,
          ),
        ]
      : []),
  ]
}

function actions({ actionsMayApprove: may }: Surroundings): Line {
  const name = 'actions'
  if (may === null)
    return unseen(name, 'whether workflows may approve pull requests was not seen', administrator)
  if (!may) return ok(name, 'workflows may not approve pull requests')
  const fix =
    'clear "Allow GitHub Actions to create and approve pull requests": Settings > Actions > General, on GitHub'
  return problem(
    name,
    'workflows may approve pull requests; dbward does not count them, and rules of GitHub do',
    fix,
  )
}

function mergeMethods({ mergeMethods: methods }: Surroundings): Line {
  const name = 'merge methods'
  if (methods.length === 0)
    return unseen(name, 'which there are was not seen', 'run it with a token that may write')
  return ok(name, `${methods.join(', ')}: dbward follows each`)
}

function mergeQueue({ rules, app }: Seen): Line {
  const name = 'merge queue'
  if (!rules.some((one) => one.type === 'merge_queue')) return ok(name, 'there is none')
  if (app === null || app === 'not installed')
    return unseen(name, 'there is one; whether dbward is told of its groups was not seen', owner)
  if (app.events.includes('merge_group')) return ok(name, 'dbward is told of its groups')
  return problem(
    name,
    'there is one, and dbward is not told of its groups, which wait for ever',
    "subscribe to merge_group in the App's settings",
  )
}

function stale({ rules, classic }: Seen): Line {
  const name = 'stale reviews'
  const on =
    rules.some((one) => one.parameters?.dismiss_stale_reviews_on_push === true) ||
    (classic !== null &&
      classic !== 'none' &&
      classic.required_pull_request_reviews?.dismiss_stale_reviews === true)
  if (on)
    return ok(
      name,
      'GitHub dismisses them on every push, also where the SQL stays: a rebase is approved again',
    )
  if (classic === null)
    return unseen(
      name,
      'the protection of the branch was not seen; dbward drops approvals of other bytes by itself',
      administrator,
    )
  return ok(name, 'GitHub keeps them, and dbward drops those of other bytes by itself')
}

function app({ app: found }: Surroundings): readonly Line[] {
  const name = 'permissions'
  if (found === null) return [unseen(name, 'what the App may do was not seen', owner)]
  if (found === 'not installed') {
    return [
      problem(name, 'the App is not installed on this organization', 'install it, or name it by --app SLUG'),
    ]
  }
  if (found.suspended_at !== null)
    return [
      problem(
        name,
        'the installation of the App is suspended',
        "unsuspend it in the organization's settings",
      ),
    ]
  const settings = "change it in the App's settings, and accept the change in the organization's"
  const wrong = [...new Set([...Object.keys(askedPermissions), ...Object.keys(found.permissions)])]
    .sort()
    .flatMap((one) => {
      const [has, asked] = [
        found.permissions[one],
        (askedPermissions as Readonly<Record<string, string>>)[one],
      ]
      if (has === asked) return []
      return [
        problem(
          name,
          `the App has ${one}: ${has ?? 'no access'}, expected ${asked ?? 'no access'}`,
          settings,
        ),
      ]
    })
  return wrong.length > 0 ? wrong : [ok(name, 'the App has what it needs, and no more')]
}

function agents(status: StatusAnswer | null): readonly Line[] {
  const name = 'agents'
  if (status === null) {
    return [unseen(name, 'the server was not asked', 'set DBWARD_SERVER_URL and DBWARD_STATUS_TOKEN')]
  }
  if (status.agents.length === 0)
    return [
      problem(name, 'the server knows no agent, so nothing runs', 'add one to agents in its configuration'),
    ]
  return status.agents.map(({ id, databases, job, seen, online }): Line => {
    const of = `${id} (${databases.join(', ')})`
    if (job) return ok(name, `${of} is a job of GitHub Actions, and there only while it runs`)
    if (online) return ok(name, `${of} is online`)
    const heard = seen === null ? 'was never heard of' : `was not heard of since ${seen}`
    return problem(name, `${of} ${heard}`, 'start it, and look at dbward agent doctor where it runs')
  })
}

function ok(name: string, message: string): Line {
  return { name, result: 'ok', message, fix: '' }
}

function problem(name: string, message: string, fix: string): Line {
  return { name, result: 'problem', message, fix }
}

function unseen(name: string, message: string, fix: string): Line {
  return { name, result: 'not checked', message, fix }
}
