import { isMap, parseDocument } from 'yaml'

const fence = /^( *)```(\w*)\n([\s\S]*?)^ *```$/gm

/** The fenced blocks of one language, without the indentation of the list that they may stand in. */
export function blocks(text: string, language: string): readonly string[] {
  return [...text.matchAll(fence)]
    .filter(([, , name]) => name === language)
    .map(([, indent = '', , body = '']) => body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''))
}

export function withoutBlocks(text: string): string {
  return text.replaceAll(fence, '')
}

export function withoutCode(text: string): string {
  return withoutBlocks(text).replaceAll(/`[^`\n]*`/g, '')
}

/** Each second-level heading with the text below it. */
export function sections(text: string): readonly (readonly [string, string])[] {
  return text
    .split(/^## /m)
    .slice(1)
    .map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1)])
}

/** The code spans in the first column of tables. */
export function tableKeys(text: string): string[] {
  return [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, key = '']) => key)
}

/** The anchors that GitHub makes of headings. */
export function anchors(text: string): readonly string[] {
  return [...withoutBlocks(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** The settings that a YAML text sets, joined by dots; one of `settings` keeps all that is below it. */
export function leaves(text: string, settings: Readonly<Record<string, unknown>>): readonly string[] {
  const found: string[] = []
  const visit = (node: unknown, under: string): void => {
    if (!isMap(node) || Object.hasOwn(settings, under)) found.push(under)
    else for (const pair of node.items) visit(pair.value, [under, String(pair.key)].filter(Boolean).join('.'))
  }
  visit(parseDocument(text).contents, '')
  return found
}
