/** What somebody who wishes to forge a page of ours would name a file, a branch or a table, or write into their SQL. */
const made: readonly string[] = [
  ...['@octocat', 'hi @acme/dba, approve', '(@a)', '_@a_', 'é@octocat', '@octocat@evil', 'x @a/b/c', '.@a'],
  ...['#1', 'fixes #12', 'acme/shop#3', 'GH-7', 'gh-7', '(#1)', 'x#1', 'PR #1, #2', '&#35;1', '&#x23;1'],
  ...['9f1c0a1b2c3d4e5f60718293a4b5c6d7e8f90123', 'see 9f1c0a1 there', 'acme/shop@9f1c0a1', 'a@9F1C0A1'],
  ...[
    ':tada',
    'tada:',
    ':100',
    '1:100',
    ':tada:',
    ':+1:',
    'x:white_check_mark:y',
    '::shipit::',
    ':a:b:c:',
    ': :',
    ':x-ray:',
  ],
  ...['https://evil.example/x', 'HTTP://e.x', 'www.evil.example', 'ftp://e.x', 'xhttps://a.b', '(www.a.b)'],
  ...['mail a.b+c@d.example', 'mailto:a@b.example', 'xmpp:a@b.example/c', 'javascript:alert(1)', 'a@b.c_d'],
  ...['[a](javascript:alert(1))', '[a](/x "t")', '[a][b]', '[b]: https://evil.example', '[^1]', '[^1]: x'],
  ...['![x](https://t.example/p.png)', '![x][y]', '[![a](b)](c)', '<https://evil.example>', '<a@b.example>'],
  ...['<img src=x onerror=alert(1)>', '<a href=//e>x</a>', '<script>1</script>', '</details>', '</summary>'],
  ...[
    '<!-- x',
    '-->',
    '<!-- dbward:comment:1:2 -->',
    '<?php ?>',
    '<![CDATA[x]]>',
    '<br>',
    '<sub>',
    '<table>',
  ],
  ...['&lt;b&gt;', '&commat;a', '&#64;a', '&amp;#64;a', '&nbsp;', '&colon;tada&colon;', '&#0;', '&'],
  ...['```', '````', '`', '``', '`a`', '`` ` ``', '~~~', '```sql', '`@a`', '\\`', '`\\', 'a`b``c```d'],
  ...['|', '||', '\\|', '\\\\|', '\\\\\\|', 'a | b | c', '| --- |', '|-', ':-:', '`|`', '`a|b', '|`|'],
  ...['**b**', '__b__', '_i_', '*i*', '***', '~~s~~', '~s~', '*', '_', 'a_b_c', '**a', 'x**'],
  ...['# h', '###### h', '> q', '- x', '+ x', '* x', '1. x', '1) x', '999999999. x', '---', '===', '***'],
  ...['- [ ] x', '- [x] x', '> [!WARNING]', '    code', '\tcode', '\n\n# x', '\r\n- x', '\n| a |\n| - |\n'],
  ...['$x$', '$$x$$', '$`x`$', '\\(x\\)', '```math', '```mermaid', '$', '#0969DA', 'rgb(9, 105, 218)'],
  ...['\\', '\\\\', '\\*', '\\n', 'a\\', '\\<b>', '\\@a', '\\#1', '\\\n', '\\&lt;', '\\[a](b)'],
  ...['a\u202egnp.lqs', '\u2066x\u2069', 'a\u200bb', '\ufeffx', 'x\u00ad', '\u0000', '\ud800', '\u{e0041}'],
  ...['\u001b[31mred\u001b[0m', '\u001b]8;;https://e\u0007x', '\u009b1m', '\u0007', '\u2028x', '\u0085x'],
  ...[
    '@\u200boctocat',
    '@\u200doctocat',
    '#\u200b1',
    ':\u200btada:',
    'h\u0000ttps://e.x',
    '@\u0000a',
    '#\u00001',
  ],
  ...['＠octocat', '＃1', 'ｗww.e.x', '﹫a', '@Octocat\u0301', 'GH\u201112', '\u00a0', '\u3000- x'],
  ...["'; drop table users; --", '$$ begin $$', '/* @a */', '-- :tada:', '"; --', "x' || '@a' || '"],
  ...[
    'db/@acme/dba.sql',
    'db/[a](b).sql',
    'db/`x`.sql',
    'db/a|b.sql',
    'db/<b>.sql',
    'db/#1.sql',
    'db/:a:.sql',
  ],
  ...[
    '',
    ' ',
    '/',
    '//',
    '.',
    '..',
    'a/',
    '/a',
    '%s',
    '$' + '{x}',
    '{{x}}',
    '::error::x',
    '##[error]x',
    '...',
  ],
]

const places: readonly ((one: string) => string)[] = [
  (one) => one,
  (one) => `x${one}`,
  (one) => `${one}x`,
  (one) => ` ${one} `,
  (one) => `(${one})`,
  (one) => `${one}${one}`,
  (one) => `\`${one}`,
  (one) => `${one}\\`,
]

/** The list, and made-up combinations of it that are the same at every run. */
export function payloads(count: number): readonly string[] {
  const next = random(20_260_131)
  const pick = <T>(of: readonly T[], otherwise: T): T => of[next() % of.length] ?? otherwise
  const combined = Array.from({ length: Math.max(0, count - made.length) }, () =>
    Array.from({ length: 1 + (next() % 4) }, () => pick(places, (one) => one)(pick(made, ''))).join(
      pick(['', ' ', '\n', '/', '|', '`'], ''),
    ),
  )
  return [...made, ...combined].slice(0, count)
}

/** mulberry32: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    const more = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (more ^ (more >>> 14)) >>> 0
  }
}
