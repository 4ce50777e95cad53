/**
 * Whether PostgreSQL's scanner would read a text for too long.
 *
 * At the beginning of a comment it first takes all the characters of operators that follow, `/` and `*` among them,
 * and then goes back (scan.l: xcstart). So a megabyte of comments without anything between them costs it hours.
 */
export function readsTooLong(text: string): boolean {
  let cost = 0
  for (let at = text.indexOf('/*'); at !== -1; at = text.indexOf('/*', at)) {
    const from = at
    let begun = 0
    for (; at < text.length && operators.has(text.charCodeAt(at)); at++) {
      if (text.startsWith('/*', at)) begun++
    }
    cost += begun * (at - from)
    if (cost > most) return true
  }
  return false
}

// Half a second; what people write stays below a thousandth of it.
const most = 50_000_000

const operators: ReadonlySet<number> = new Set([...'~!@#^&|`?+-*/%<>='].map((one) => one.charCodeAt(0)))
