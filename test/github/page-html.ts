/** Markup in which every text was escaped. Only the `html` tag makes it, so that a plain string is never one. */
export type Html = { readonly [markup]: string }

type Value = Html | string | number | false | null | undefined | readonly Html[]

const markup = Symbol('markup')

/** Builds markup. What is put in is escaped, unless this tag built it. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { [markup]: parts.map((part, index) => part + toMarkup(values[index])).join('') }
}

/** The text of a whole page. */
export function render(page: Html): string {
  return `<!doctype html>\n${page[markup]}\n`
}

function toMarkup(value: Value): string {
  if (value === undefined || value === null || value === false) return ''
  if (Array.isArray(value)) return value.map(toMarkup).join('')
  if (typeof value === 'object' && markup in value) return value[markup]
  return escapeText(String(value))
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
