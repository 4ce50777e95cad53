import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type RolldownOutput, rolldown } from 'rolldown'
import { licenses } from './bundle-licenses.ts'
import { absent, inlineWasm, workerBeside } from './bundle-parts.ts'

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')
const native = 'better-sqlite3'

/** `action/dist`: what runs on a runner, with nothing installed beside it. It is committed. */
export async function bundleAction(folder = join(root, 'action', 'dist')): Promise<void> {
  const input = { index: 'action/main.ts', worker: 'rules/worker.ts' }
  const files = await build(input, [])
  // Without it Node would have to guess what kind of module the files are.
  files.set('package.json', `${JSON.stringify({ type: 'module' }, null, 2)}\n`)
  write(folder, files)
}

/** `cli/dist`: the package `dbward` as npm publishes it, which `npm pack ./cli/dist` packs. It is not committed. */
export async function bundleCli(folder = join(root, 'cli', 'dist')): Promise<void> {
  const input = {
    main: 'cli/main.ts',
    worker: 'rules/worker.ts',
    'app-main': 'app/main.ts',
    'app-export': 'app/export.ts',
  }
  const files = await build(input, [native])
  files.set('dbward.mjs', read('cli/dbward.mjs').replace("import('./main.ts')", "import('./main.js')"))
  files.set('LICENSE', read('LICENSE'))
  files.set('README.md', read('README.md'))
  const { name, version, license, type, engines } = JSON.parse(read('cli/package.json'))
  const { description } = JSON.parse(read('package.json'))
  const dependencies = { [native]: JSON.parse(read('app/package.json')).dependencies[native] }
  const own = [...files.keys()].filter((one) => !/^(README|LICENSE)(\.md)?$/.test(one)).sort()
  const bin = { dbward: './dbward.mjs' }
  const manifest = { name, version, description, license, type, engines, bin, files: own, dependencies }
  files.set('package.json', `${JSON.stringify(manifest, null, 2)}\n`)
  write(folder, files)
}

async function build(
  input: Readonly<Record<string, string>>,
  external: readonly string[],
): Promise<Map<string, string>> {
  const bundle = await rolldown({
    cwd: root,
    input: { ...input },
    platform: 'node',
    external: [...external],
    plugins: [inlineWasm(), workerBeside('worker.js'), absent(['pg-native', 'cardinal'])],
    onLog: (level, log) => {
      // Some packages find optional parts of theirs by eval; what cannot be resolved is another matter.
      if (level === 'warn' && log.code !== 'EVAL') throw new Error(`the bundler warns: ${log.message}`)
    },
  })
  const { output } = await bundle.generate({
    format: 'esm',
    chunkFileNames: '[name].js',
    comments: { legal: false },
  })
  await bundle.close()
  return checked(output)
}

/** The bytes depend on the sources and the lockfile alone: no path of this machine is in them. */
function checked(output: RolldownOutput['output']): Map<string, string> {
  const files = new Map<string, string>()
  const modules: string[] = []
  for (const one of output) {
    if (one.type !== 'chunk') throw new Error(`${one.fileName}: expected code only`)
    if (one.code.includes(root)) throw new Error(`${one.fileName}: expected no path of this machine in it`)
    files.set(one.fileName, one.code)
    modules.push(...Object.keys(one.modules))
  }
  return files.set('LICENSES.txt', licenses(modules))
}

function write(folder: string, files: ReadonlyMap<string, string>): void {
  mkdirSync(folder, { recursive: true })
  for (const old of readdirSync(folder)) rmSync(join(folder, old), { recursive: true })
  for (const [name, text] of files) writeFileSync(join(folder, name), text)
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}
