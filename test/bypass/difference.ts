/** What there is in a database, each thing by its name with what matters about it; what begins with ~ is not shown. */
export type State = ReadonlyMap<string, string>

/** How one state differs from another, in words; `nothing` where it does not. */
export function difference(before: State, after: State): string {
  const said: string[] = []
  for (const [name, was] of before) {
    const is = after.get(name)
    if (is === undefined) said.push(`${name} is gone`)
    else if (is !== was) said.push(`${name}: ${shown(is) || 'changed'}`)
  }
  for (const [name, is] of after) {
    if (before.has(name)) continue
    said.push(shown(is) === '' ? `${name} is new` : `${name} is new: ${shown(is)}`)
  }
  return said.length === 0 ? 'nothing' : said.sort().join(', ')
}

function shown(value: string): string {
  return value.replaceAll(/~\S*/g, '').replaceAll(/ +/g, ' ').trim()
}

export function same(one: State, other: State): boolean {
  return difference(one, other) === 'nothing'
}
