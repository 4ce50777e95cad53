import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

/** Where MariaDB's own programs lie, found on the path and where packages put servers. */
export type Binaries = { readonly server: string; readonly install: string; readonly base: string }

const servers = ['/usr/sbin', '/usr/libexec', '/usr/local/sbin', '/opt/homebrew/bin', '/usr/local/bin']

export function binaries(): Binaries {
  const server = find('mariadbd')
  const install = find('mariadb-install-db')
  if (server !== undefined && install !== undefined) {
    return { server, install, base: dirname(dirname(server)) }
  }
  throw new Error(
    `expected MariaDB's server on this machine, got none; npm test installs it, or says how. ${instead}`,
  )
}

const instead =
  'DBWARD_TEST_MYSQL_URL names a server to use instead, and DBWARD_TEST_SKIP_MYSQL=1 leaves MySQL and MariaDB out.'

function find(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...servers]
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
}
