import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Plugin } from 'rolldown'

/**
 * libpg-query reads its WebAssembly from a file beside it, and takes it from nowhere else (`Module.wasmBinary` is not
 * honoured by this build): the bytes are written into the function that would read them.
 */
export function inlineWasm(): Plugin {
  const reads =
    /async function getWasmBinary\(binaryFile\)\{if\(!wasmBinary\)\{try\{.*?\}catch\{\}\}return getBinarySync\(binaryFile\)\}/
  return {
    name: 'inline-wasm',
    transform: {
      filter: { id: /libpg-query\/wasm\/libpg-query\.js$/ },
      handler(source, id) {
        const wasm = readFileSync(join(dirname(id), 'libpg-query.wasm')).toString('base64')
        const inlined = `async function getWasmBinary(){return new Uint8Array(Buffer.from(${JSON.stringify(wasm)},'base64'))}`
        return replaceOnce(replaceOnce(source, reads, inlined, id), '__dirname+"/"', '"/"', id)
      },
    },
  }
}

/** The review's thread is started from a file of its own, which in a bundle lies beside the file that starts it. */
export function workerBeside(name: string): Plugin {
  const resolves = "createRequire(import.meta.url).resolve('@dbward/rules/worker')"
  return {
    name: 'worker-beside',
    transform: {
      filter: { id: /\/(app|action|agent)\/.*\.ts$/, code: '@dbward/rules/worker' },
      handler(source, id) {
        if (!source.includes('.resolve(')) return null
        return replaceOnce(source, resolves, `new URL('./${name}', import.meta.url)`, id)
      },
    },
  }
}

/** Packages that others ask for only where they are installed, and that never are. */
export function absent(names: readonly string[]): Plugin {
  return {
    name: 'absent',
    resolveId: (source) => (names.includes(source) ? `\0absent:${source}` : null),
    load: (id) =>
      id.startsWith('\0absent:')
        ? `throw Object.assign(new Error('not in this bundle'), { code: 'MODULE_NOT_FOUND' })`
        : null,
  }
}

function replaceOnce(source: string, what: string | RegExp, by: string, id: string): string {
  const parts = source.split(what)
  if (parts.length !== 2) {
    throw new Error(
      `${id}: expected one place to change, found ${parts.length - 1}; see tools/bundle-parts.ts`,
    )
  }
  return parts.join(by)
}
