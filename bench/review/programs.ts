import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { inlineWasm } from '../../tools/bundle-parts.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A program that is given to a shell: the words of its command line, before what it shall read. */
export type Program = readonly string[]

// As the server bounds it for its thread: by itself Node lets what is young take 130 MB before it looks through it.
const young = '--max-semi-space-size=10'

/** Ours, put together as it is published: in one file, so that no time is spent on the types of the sources. */
export async function ours(folder: string): Promise<Program> {
  const bundle = await rolldown({
    cwd: root,
    input: { reviewing: 'bench/review/reviewing.ts' },
    platform: 'node',
    plugins: [inlineWasm()],
    onLog: () => undefined,
  })
  const { output } = await bundle.generate({ format: 'esm', chunkFileNames: '[name].js' })
  await bundle.close()
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  for (const one of output) {
    writeFileSync(join(folder, one.fileName), one.type === 'chunk' ? one.code : one.source)
  }
  return [process.execPath, young, join(folder, 'reviewing.js')]
}

/**
 * squawk's own binary, without the script of its package around it; undefined where there is none for this machine.
 * By itself it uses every processor (rayon's variable says how many threads); ours reviews on one thread.
 */
export function squawk(threads: 'one' | 'all'): Program | undefined {
  const place = join(
    root,
    'node_modules',
    '@squawk-cli',
    `${process.platform}-${process.arch}`,
    'bin',
    'squawk',
  )
  if (!existsSync(place)) return
  const only = threads === 'one' ? ['env', 'RAYON_NUM_THREADS=1'] : []
  return [...only, place, '--reporter', 'json']
}
