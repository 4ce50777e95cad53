import type { Ask } from './api.ts'

export type Page<T> = { readonly items: readonly T[]; readonly headers: Readonly<Record<string, string>> }

/** The part of a list that `page` and `per_page` ask for, and the Link header to the others. */
export function paginate<T>(ask: Ask, all: readonly T[]): Page<T> {
  const size = perPage(ask)
  const last = Math.max(1, Math.ceil(all.length / size))
  const page = positive(ask.query.page, 1)
  const links: string[] = []
  if (page > 1) links.push(link(ask, 'prev', { page: Math.min(page - 1, last) }))
  if (page < last) links.push(link(ask, 'next', { page: page + 1 }), link(ask, 'last', { page: last }))
  if (page > 1) links.push(link(ask, 'first', { page: 1 }))
  return {
    items: all.slice((page - 1) * size, page * size),
    headers: links.length > 0 ? { link: links.join(', ') } : {},
  }
}

/** The lists that have no page numbers: `cursor` names the item after which to go on. */
export function paginateByCursor<T extends { readonly id: number }>(
  ask: Ask,
  all: readonly T[],
  parameter: string,
): Page<T> {
  const cursor = ask.query[parameter]
  const start = cursor ? all.findIndex(({ id }) => String(id) === cursor) + 1 : 0
  const items = all.slice(start, start + perPage(ask))
  const last = items.at(-1)
  const more = last && start + items.length < all.length
  return { items, headers: more ? { link: link(ask, 'next', { [parameter]: last.id }) } : {} }
}

function perPage(ask: Ask): number {
  return Math.min(100, positive(ask.query.per_page, 30))
}

function positive(text: string | undefined, fallback: number): number {
  const number = Number(text)
  return Number.isSafeInteger(number) && number > 0 ? number : fallback
}

function link(ask: Ask, rel: string, parameters: Readonly<Record<string, number>>): string {
  const url = new URL(ask.url)
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, String(value))
  return `<${url.href}>; rel="${rel}"`
}
