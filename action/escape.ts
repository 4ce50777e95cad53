/** Text of somebody else's on one line: no control, no line end, nothing that hides or turns other text around. */
export function oneLine(text: string, most = 500): string {
  const line = text
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
    .trim()
  const characters = Array.from(line)
  return characters.length <= most ? line : `${characters.slice(0, most - 1).join('')}…`
}

/** The same as Markdown that reads as it was written: every character that could mean something is escaped. */
export function inMarkdown(text: string, most = 500): string {
  return oneLine(text, most).replace(/[!-/:-@[-`{-~]/g, '\\$&')
}
