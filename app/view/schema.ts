import { bytesWords, short } from '@dbward/rules/amounts'
import { blocks, bullets, code, escaped, joined, type Markdown, md } from './markdown.ts'
import type { ChangeView, RequestView } from './model.ts'
import { clippedText, within, withRest } from './tables.ts'
import { moment, plural, target } from './words.ts'

/** In bytes; what is over is counted and not shown. */
const mostBytes = 16_000
const mostStamp = 4_000

/** For each database and environment: how dangerous, why, and how large what the change touches is. */
export function schemaSection(view: ChangeView): Markdown {
  const parts = view.requests.map(requestPart)
  const shown = within(mostBytes, parts, (part) => Buffer.byteLength(part))
  return withRest(blocks(...shown), parts.length - shown.length)
}

/**
 * How old what was seen is, as of the moment of writing. It is apart, so that time passing alone does not rewrite the
 * check; that a snapshot is old is in the section itself.
 */
export function schemaStamp(view: ChangeView): Markdown | null {
  const lines = view.requests.slice(0, 20).flatMap(({ schema, ...request }) => {
    if (schema === null) return []
    const age = escaped(ago(Date.parse(view.updated) - Date.parse(schema.taken)))
    return [
      md`${code(target(request))}: schema seen ${age} by ${code(schema.agent)} (${escaped(moment(schema.taken))})`,
    ]
  })
  const shown = within(mostStamp, lines, (line) => Buffer.byteLength(line) + 4)
  return shown.length === 0 ? null : md`<sub>${joined(shown, '<br>')}</sub>`
}

function requestPart(request: RequestView): Markdown {
  const { risk, schema } = request
  const why = risk.factors.map((one) => md`${escaped(one.level)}: ${clippedText(one.message, 200)}`)
  const tables = risk.tables.map(tableLine)
  return blocks(
    md`**${code(target(request))}: risk ${escaped(risk.level)}** · ${known(schema)}`,
    withRest(bullets(why), risk.moreFactors),
    withRest(bullets(tables), risk.moreTables),
  )
}

function known(schema: RequestView['schema']): Markdown {
  if (schema === null) return md`no schema snapshot: sizes are not known`
  const cut = schema.truncated ? md`, and not of all tables` : md``
  return schema.old ? md`the schema snapshot is old${cut}` : md`sizes by a schema snapshot${cut}`
}

function tableLine({
  schema,
  name,
  rows,
  bytes,
  referencedBy,
}: RequestView['risk']['tables'][number]): Markdown {
  const said = [
    rows === null ? 'rows not counted' : rowsWords(rows),
    ...(bytes === null ? [] : [bytesWords(bytes)]),
    ...(referencedBy === 0 ? [] : [`referenced by ${plural(referencedBy, 'foreign key')}`]),
  ]
  return md`${code(`${schema}.${name}`)}: ${escaped(said.join(', '))}`
}

/** `about 1.2 million rows`; snapshots have two digits. */
export function rowsWords(rows: number): string {
  if (rows >= 1e9) return `about ${short(rows / 1e9)} billion rows`
  if (rows >= 1e6) return `about ${short(rows / 1e6)} million rows`
  return `about ${plural(rows, 'row')}`.replace(/\d(?=\d{3}\b)/, '$&,')
}

/** `3 minutes ago`. The clocks of two machines differ, so that what is just ahead is just now. */
export function ago(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 120) return `${plural(minutes, 'minute')} ago`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} hours ago` : `${Math.floor(hours / 24)} days ago`
}
