/** Everybody of a history: what they may do, and their teams. ann opens each pull request; robot is an App. */
export const cast = {
  ann: { role: 'write', teams: [] },
  bob: { role: 'write', teams: ['acme/dba'] },
  cat: { role: 'write', teams: ['acme/dba', 'acme/sre'] },
  dan: { role: 'read', teams: ['acme/dba'] },
  eve: { role: 'write', teams: [] },
  fay: { role: 'maintain', teams: [] },
  gil: { role: 'write', teams: ['acme/sre'] },
} as const
export type Name = keyof typeof cast
export const names = Object.keys(cast) as readonly Name[]

/** What a pull request brings when it is opened: its files, by path, with `N` for its number. */
export const openings = {
  'a table': { 'db/migrate/N_a.sql': 'create table tN (id bigint primary key);\n' },
  'two tables': {
    'db/migrate/N_a.sql': 'create table tN (id bigint primary key);\n',
    'db/migrate/N1_b.sql': 'create table sN (id bigint primary key);\n',
  },
  'a column': { 'db/migrate/N_a.sql': 'alter table customers add column cN text;\n' },
  'a drop': { 'db/migrate/N_a.sql': 'drop table customers;\n' },
  'an allowed drop': {
    'db/migrate/N_a.sql': '-- dbward: allow drop-table: nobody reads it\ndrop table customers;\n',
  },
  'a link': { 'db/migrate/N_a.sql': '-> ../secret.sql' },
  'a policy': { '.dbward.yml': 'version: 2\n' },
  'a policy and a table': {
    '.dbward.yml': 'version: 2\n',
    'db/migrate/N_a.sql': 'create table tN (id bigint primary key);\n',
  },
} as const
export type Opening = keyof typeof openings

export type Push = {
  readonly by: Name
  /** A stranger is somebody whose address no account has. */
  readonly author: Name | 'stranger'
  readonly committer: Name
  readonly coAuthor?: Name
  readonly what: 'other bytes' | 'the first bytes' | 'one more file' | 'one file less' | 'notes'
}
export type MergeMethod = 'merge' | 'squash' | 'rebase'
type Done = Promise<void> | void

/** Where a history takes place: on an emulated GitHub, or in a value. */
export type World = {
  approve(who: Name, how: { readonly body: string; readonly older: boolean }): Done
  robotApproves(): Done
  requestChanges(who: Name, body: string): Done
  remark(who: Name, body: string): Done
  /** The last review of somebody that can be dismissed. */
  dismiss(who: Name, whose: Name): Done
  push(push: Push): Done
  /** All commits of the pull request as one, by ann and committed by whoever does it, on the tip of its base. */
  rebase(who: Name): Done
  /** The base branch merged into the branch, on GitHub. */
  update(who: Name): Done
  merge(who: Name, method: MergeMethod): Done
  /** To another branch of the same policy, or back to the first. */
  retarget(who: Name, back: boolean): Done
  leave(who: Name, team: 'dba' | 'sre'): Done
  join(who: Name, team: 'dba' | 'sre'): Done
  demote(who: Name): Done
  pass(hours: number): Done
}

const skip = '/dbward skip FILE --reason "not wanted any more"'
const bodies: Readonly<Record<string, string>> = {
  skip,
  hold: '/dbward hold',
  unhold: '/dbward unhold',
  cancel: '/dbward cancel',
}
type Words = readonly string[]
const phrases: readonly (readonly [RegExp, (world: World, who: Name, words: Words) => Done])[] = [
  [
    /^(\w+) approves( an older commit)?( with a reason)?$/,
    (w, who, [older, reason]) =>
      w.approve(who, { older: older !== undefined, body: reason === undefined ? '' : 'read it twice' }),
  ],
  [/^(robot) approves by app$/, (w) => w.robotApproves()],
  [/^(\w+) requests changes$/, (w, who) => w.requestChanges(who, 'not like this')],
  [/^(\w+) remarks$/, (w, who) => w.remark(who, 'nice')],
  [/^(\w+) says (hold|unhold|cancel|skip)$/, (w, who, [what = '']) => w.remark(who, bodies[what] ?? '')],
  [
    /^(\w+) approves and says (hold|cancel)$/,
    (w, who, [what = '']) => w.approve(who, { older: false, body: bodies[what] ?? '' }),
  ],
  [/^(\w+) dismisses (\w+)$/, (w, who, [whose]) => w.dismiss(who, nameOf(whose))],
  [
    /^(\w+) pushes (other bytes|the first bytes|one more file|one file less|notes)$/,
    (w, who, [what]) => w.push({ by: who, author: who, committer: who, what: what as Push['what'] }),
  ],
  [
    /^(\w+) pushes other bytes of (\w+)$/,
    (w, who, [of = '']) =>
      of === 'stranger'
        ? w.push({ by: who, author: 'stranger', committer: who, what: 'other bytes' })
        : w.push({ by: who, author: nameOf(of), committer: nameOf(of), what: 'other bytes' }),
  ],
  [
    /^(\w+) pushes other bytes with (\w+)$/,
    (w, who, [other]) =>
      w.push({ by: who, author: who, committer: who, coAuthor: nameOf(other), what: 'other bytes' }),
  ],
  [
    /^(\w+) pushes other bytes committed by (\w+)$/,
    (w, who, [other]) => w.push({ by: who, author: who, committer: nameOf(other), what: 'other bytes' }),
  ],
  [/^(\w+) rebases$/, (w, who) => w.rebase(who)],
  [/^(\w+) updates the branch$/, (w, who) => w.update(who)],
  [/^(\w+) merges$/, (w, who) => w.merge(who, 'merge')],
  [/^(\w+) squashes$/, (w, who) => w.merge(who, 'squash')],
  [/^(\w+) merges by rebase$/, (w, who) => w.merge(who, 'rebase')],
  [/^(\w+) retargets( back)?$/, (w, who, [back]) => w.retarget(who, back !== undefined)],
  [/^(\w+) leaves (dba|sre)$/, (w, who, [team]) => w.leave(who, team === 'sre' ? 'sre' : 'dba')],
  [/^(\w+) joins (dba|sre)$/, (w, who, [team]) => w.join(who, team === 'sre' ? 'sre' : 'dba')],
  [/^(\w+) loses write$/, (w, who) => w.demote(who)],
  [/^(\d+)h pass$/, (w, hours) => w.pass(Number(hours))],
]

/** What the pull request brings, and what happens to it then: `a drop: bob approves, ann merges`. */
export function scriptOf(text: string): { readonly opening: Opening; readonly acts: readonly string[] } {
  const [head = '', tail] = text.split(': ')
  const opening = (Object.keys(openings) as readonly Opening[]).find((one) => one === head)
  const acts = (opening === undefined ? text : (tail ?? '')).split(', ').filter((one) => one !== '')
  return { opening: opening ?? 'a table', acts }
}

export async function play(world: World, acts: readonly string[]): Promise<void> {
  for (const act of acts) {
    const known = phrases.flatMap(([pattern, go]) => {
      const found = pattern.exec(act)
      return found === null ? [] : [{ go, found }]
    })
    const [only] = known
    if (only === undefined || known.length > 1)
      throw new Error(`expected one meaning of "${act}", got ${known.length}`)
    const [, who = '', ...words] = only.found
    await only.go(world, /^\d+$|^robot$/.test(who) ? (who as Name) : nameOf(who), words)
  }
}

export function filesOf(opening: Opening, number: number): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(openings[opening]).map(([path, text]) => [numbered(path, number), numbered(text, number)]),
  )
}

/** The files after a push, from those that the pull request was opened with and those before it. */
export function pushed(
  what: Push['what'],
  number: number,
  first: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>>,
  count: number,
): Readonly<Record<string, string>> {
  const more = numbered('db/migrate/N2_c.sql', number)
  const { [more]: _, ...without } = before
  if (what === 'other bytes') {
    const [path = ''] = Object.keys(before)
    return { ...before, [path]: numbered(`create table oN_${count} (id bigint primary key);\n`, number) }
  }
  if (what === 'one more file')
    return { ...before, [more]: numbered('create table mN (id bigint primary key);\n', number) }
  if (what === 'one file less') return without
  return what === 'notes' ? before : first
}

/** Bodies that name a file name the first one. */
export function bodyOf(body: string, number: number): string {
  return body.replace('FILE', numbered('db/migrate/N_a.sql', number))
}

function numbered(text: string, number: number): string {
  return text.replaceAll('N', `${number}`)
}

function nameOf(text: string | undefined): Name {
  const found = names.find((one) => one === text)
  if (found === undefined) throw new Error(`nobody is called ${text}`)
  return found
}
