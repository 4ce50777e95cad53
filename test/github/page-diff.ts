import type { RestEndpointMethodTypes } from '@octokit/rest'
import { type Html, html } from './page-html.ts'

type File = RestEndpointMethodTypes['pulls']['listFiles']['response']['data'][number]
/** An annotation, with the name of the check run that it is of. */
export type Note = RestEndpointMethodTypes['checks']['listAnnotations']['response']['data'][number] & {
  readonly check: string
}

/** The changed files, each with what the checks said about it under the line that it is about. */
export function filesView(files: readonly File[], notes: readonly Note[]): Html {
  const changed = files.map((file) =>
    fileView(
      file,
      notes.filter((note) => note.path === file.filename),
    ),
  )
  const elsewhere = notes.filter((note) => !files.some((file) => file.filename === note.path))
  const others =
    elsewhere.length > 0 &&
    html`<section class="card"><header>Annotations on files that did not change</header>
<div class="inside">${elsewhere.map(noteView)}</div></section>`
  return html`${changed}${others}`
}

function fileView(file: File, notes: readonly Note[]): Html {
  const lines = parsePatch(file.patch ?? '')
  const visible = new Set(lines.map((line) => line.after))
  const unplaced = notes.filter((note) => !visible.has(note.end_line))
  const rows = lines.map((line) => {
    const below = line.after === null ? [] : notes.filter((note) => note.end_line === line.after)
    const row = html`<tr class="${line.kind}"><td class="number">${line.before}</td><td class="number">${line.after}</td><td>${line.text}</td></tr>`
    return below.length === 0
      ? row
      : html`${row}<tr class="note"><td colspan="3">${below.map(noteView)}</td></tr>`
  })
  const name = file.previous_filename ? `${file.previous_filename} → ${file.filename}` : file.filename
  return html`<section class="card"><header><code>${name}</code> ${file.status}
<span class="success">+${file.additions}</span> <span class="failure">−${file.deletions}</span></header>
<div class="inside">${unplaced.map(noteView)}</div>
${rows.length > 0 ? html`<table class="diff">${rows}</table>` : html`<div class="inside quiet">No text to show.</div>`}</section>`
}

function noteView(note: Note): Html {
  const lines =
    note.start_line === note.end_line ? `line ${note.end_line}` : `lines ${note.start_line}–${note.end_line}`
  return html`<p><strong class="${note.annotation_level}">${note.annotation_level}: ${note.title ?? note.check}</strong>
<span class="quiet">${note.check}, ${lines}</span><br>${note.message}</p>${note.raw_details && html`<pre>${note.raw_details}</pre>`}`
}

type Line = {
  readonly kind: 'hunk' | 'add' | 'del' | 'same'
  readonly before: number | null
  readonly after: number | null
  readonly text: string
}

/** The lines of a unified diff with the number that each has on either side. */
export function parsePatch(patch: string): readonly Line[] {
  let before = 0
  let after = 0
  return patch
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => {
      const [, from, to] = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(text) ?? []
      if (from !== undefined && to !== undefined) {
        before = Number(from)
        after = Number(to)
        return { kind: 'hunk', before: null, after: null, text }
      }
      if (text.startsWith('+')) return { kind: 'add', before: null, after: after++, text }
      if (text.startsWith('-')) return { kind: 'del', before: before++, after: null, text }
      if (text.startsWith('\\')) return { kind: 'same', before: null, after: null, text }
      return { kind: 'same', before: before++, after: after++, text }
    })
}
