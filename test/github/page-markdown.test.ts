import { expect, test } from 'vitest'
import { html, render } from './page-html.ts'
import { markdown } from './page-markdown.ts'

const shown = (text: string) =>
  render(markdown(text)).replace('<!doctype html>\n<div class="markdown">', '').replace('</div>\n', '')

test.each([
  ['a heading', '## Review', '<h4>Review</h4>'],
  ['two lines', 'one\ntwo', '<p>one<br>two</p>'],
  ['two paragraphs', 'one\n\ntwo', '<p>one</p><p>two</p>'],
  ['a list', '- a\n- `b`', '<ul><li>a</li><li><code>b</code></li></ul>'],
  ['a numbered list', '1. a\n2. b', '<ol><li>a</li><li>b</li></ol>'],
  ['a list within a list', '- a\n  - b', '<ul><li><p>a</p><ul><li>b</li></ul></li></ul>'],
  ['a fence', '```sql\nselect 1 < 2;\n```\nafter', '<pre><code>select 1 &#60; 2;</code></pre><p>after</p>'],
  ['a fence in a longer fence', '````\n```\n````', '<pre><code>```</code></pre>'],
  ['a fence without an end', '```\na', '<pre><code>a</code></pre>'],
  [
    'a table',
    '| a | b |\n|---|:-:|\n| 1 \\| 2 | **x** |',
    '<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1 | 2</td><td><strong>x</strong></td></tr></tbody></table>',
  ],
  [
    'details',
    '<details><summary>More `it`</summary>\n\ntext\n\n</details>\nafter',
    '<details><summary>More <code>it</code></summary><p>text</p></details><p>after</p>',
  ],
  [
    'details with their summary on a line of its own',
    '<details open>\n<summary>S</summary>\nx\n</details>',
    '<details open><summary>S</summary><p>x</p></details>',
  ],
  ['a quote', '> a\n> - b', '<blockquote><p>a</p><ul><li>b</li></ul></blockquote>'],
  ['a comment', 'a<!-- dbward\nmark -->b', '<p>ab</p>'],
  [
    'a link',
    '[the *run*](https://example.com/1)',
    '<p><a href="https://example.com/1" rel="nofollow noreferrer">the <em>run</em></a></p>',
  ],
  ['an escape', '\\*not bold\\*', '<p>*not bold*</p>'],
  ['an entity', '&lt;b&gt; &amp;&#64;', '<p>&#60;b&#62; &#38;@</p>'],
  ['a name with underscores', 'snake_case_name', '<p>snake_case_name</p>'],
])('%s', (_, text, wanted) => {
  expect(shown(text)).toBe(wanted)
})

const attacks = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '[x](javascript:alert(1))',
  '[x](https://a" onclick="alert(1))',
  '[<script>](https://a)',
  '`<script>`',
  '**<script>**',
  '| <script> |\n|---|\n| <img onerror=x> |',
  '<details><summary><script></summary>\n<script>\n</details>',
  '<details onclick=x>\n</details>',
  '# <script>',
  '> <script>',
  '- <script>',
  '```<script>\n</code><script>\n```',
  '&#60;script&#62;',
]
test.each(attacks)('no markup of the author gets through: %s', (text) => {
  const tags = shown(text).match(/<[^>]*>/g) ?? []
  const ours =
    /^<\/?(h4|h5|p|br|ul|ol|li|code|pre|table|thead|tbody|tr|th|td|details|summary|blockquote|strong|em|a)>$/
  for (const tag of tags)
    expect(tag).toMatch(
      tag.startsWith('<a ') ? /^<a href="https?:[^"<>]*" rel="nofollow noreferrer">$/ : ours,
    )
})

test('text that could make a regular expression or the recursion slow ends quickly', () => {
  const started = performance.now()
  for (const text of [
    '*'.repeat(50_000),
    '`'.repeat(50_000),
    '['.repeat(50_000),
    '<!--'.repeat(20_000),
    '| '.repeat(30_000),
    '[a]('.repeat(15_000),
    '`a``'.repeat(15_000),
    '_a '.repeat(20_000),
  ]) {
    markdown(text)
    markdown(`${text}\n|-|\n`)
  }
  for (const text of ['a\n', '\n', '> ', '- ', '<details>\n', '# a\n', '|\n']) markdown(text.repeat(20_000))
  expect(performance.now() - started).toBeLessThan(5_000)
})

test('the tag escapes what it is given, and lets markup of its own through', () => {
  expect(render(html`<p title="${'"\'&<>'}">${[html`<b>${1}</b>`]}${false}${null}</p>`)).toBe(
    '<!doctype html>\n<p title="&#34;&#39;&#38;&#60;&#62;"><b>1</b></p>\n',
  )
})
