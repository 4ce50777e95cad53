import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The licences of the packages that a bundle has parts of, by name and version; their authors ask for that. */
export function licenses(modules: readonly string[]): string {
  const folders = new Set(modules.flatMap((id) => packageFolder(id) ?? []))
  const found = [...folders].map(read).sort((a, b) => (a.title < b.title ? -1 : 1))
  return found.map(({ title, text }) => `${title}\n${'='.repeat(title.length)}\n\n${text}\n`).join('\n')
}

function packageFolder(id: string): string | null {
  return /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id.replaceAll('\\', '/'))?.[1] ?? null
}

function read(folder: string): { readonly title: string; readonly text: string } {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const files = readdirSync(folder)
    .filter((one) => /^(licen[cs]e|copying|notice)([.-].*)?$/i.test(one))
    .sort()
  const texts = files.map((one) => readFileSync(join(folder, one), 'utf8').replaceAll('\r\n', '\n').trim())
  const named = `The package has no text of its licence; its package.json says ${license}.`
  return { title: `${name} ${version} (${license})`, text: texts.length === 0 ? named : texts.join('\n\n') }
}
