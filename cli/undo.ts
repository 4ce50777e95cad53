/**
 * Whether a file takes back what another one of the list does: `1_x.down.sql` beside `1_x.up.sql` (golang-migrate,
 * sqlx), `down.sql` beside `up.sql` (diesel), `U1__x.sql` beside a `V1__` (Flyway). No deployment runs it.
 */
export function undoOf(path: string, all: readonly string[]): boolean {
  const slash = path.lastIndexOf('/') + 1
  const [folder, name] = [path.slice(0, slash), path.slice(slash)]
  const up = name.replace(/(^|[.-])down\.sql$/, '$1up.sql')
  if (up !== name) return all.includes(folder + up)
  const version = /^U(.+?)__/.exec(name)?.[1]
  return version !== undefined && all.some((other) => other.startsWith(`${folder}V${version}__`))
}
