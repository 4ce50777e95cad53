import type { Finding } from '@dbward/rules/review'
import { printable, withoutCommands } from './files.ts'

/** A line that is longer is shown in part. */
const widest = 120

/** The part of the line around the finding, and carets under it. A finding over several lines is marked to its line's end. */
export function excerpt(
  line: string,
  {
    line: first,
    end_line: last,
    column,
    end_column,
  }: Pick<Finding, 'line' | 'end_line' | 'column' | 'end_column'>,
): { readonly text: string; readonly mark: string } {
  const until = last === first ? Math.max(end_column - 1, column) : Math.max(line.length, column)
  const from = column - 1 > widest - 40 ? Math.max(0, column - 21) : 0
  const cut = line.slice(from, from + widest)
  const shown = withoutCommands(cut)
  const [start, stop] = [column - 1 - from, until - from]
  const begin = start + spacesIn(cut.slice(0, start + 1))
  const before = printable(shown.slice(0, begin))
  const marked = printable(shown.slice(begin, stop + spacesIn(cut.slice(0, stop))))
  const lead = from > 0 ? '…' : ''
  return {
    text: `${lead}${printable(shown)}${from + widest < line.length ? '…' : ''}`,
    mark: `${' '.repeat(lead.length)}${blank(before)}${'^'.repeat(Math.max(1, width(marked)))}`,
  }
}

/** How many spaces the text is longer by where it is shown. */
function spacesIn(text: string): number {
  return withoutCommands(text).length - text.length
}

/** As wide as the text, tabs kept, so that carets stand where they belong. */
function blank(text: string): string {
  return text.replace(/[^\t]+/g, (run) => ' '.repeat(width(run)))
}

function width(text: string): number {
  const wide =
    /[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/u
  return [...text].reduce((sum, sign) => sum + (/\p{Mn}/u.test(sign) ? 0 : wide.test(sign) ? 2 : 1), 0)
}
