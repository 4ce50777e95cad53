/**
 * The page's one style sheet. Its hash is what the content security policy lets in, so it must survive the escaping of
 * the `html` tag: no quotes, no `>` and no `&`.
 */
export const style = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --good: #1a7f37; --bad: #cf222e; --warn: #9a6700;
  --done: #8250df; --add: #2da44e22; --del: #cf222e1c; --link: #0969da }
@media (prefers-color-scheme: dark) {
  :root { --good: #3fb950; --bad: #f85149; --warn: #d29922; --done: #a371f7; --link: #4493f8 } }
* { box-sizing: border-box }
body { font: 14px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 72rem; padding: 0 1rem 4rem }
a { color: var(--link); text-decoration: none }
a:hover { text-decoration: underline }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
nav { padding: .8rem 0; border-bottom: 1px solid var(--line) }
h1 { font-size: 1.6rem; margin: 1rem 0 .3rem; overflow-wrap: anywhere }
h1 small { font-weight: 400; opacity: .6 }
h2 { font-size: 1.15rem; margin: 2rem 0 .6rem }
h3, h4, h5 { font-size: 1rem; margin: .8rem 0 .3rem }
p { margin: .4rem 0 }
code, pre, .diff { font: 12px/1.5 ui-monospace, monospace }
code { background: var(--soft); padding: .1em .35em; border-radius: 4px; overflow-wrap: anywhere }
pre { background: var(--soft); padding: .7rem; border-radius: 6px; overflow-x: auto }
pre code { background: none; padding: 0 }
.state { display: inline-block; color: #fff; background: var(--good); border-radius: 2rem; padding: .1rem .7rem;
  font-weight: 600 }
.state.merged { background: var(--done) }
.state.closed { background: var(--bad) }
.state.draft { background: #656d76 }
.card { border: 1px solid var(--line); border-radius: 6px; margin: .6rem 0; overflow: hidden }
.card header { background: var(--soft); padding: .45rem .8rem; border-bottom: 1px solid var(--line);
  overflow-wrap: anywhere }
.card header:last-child { border-bottom: 0 }
.card .inside { padding: .3rem .8rem; overflow-x: auto }
.event { margin: .6rem .8rem; opacity: .8 }
.success, .approved { color: var(--good) }
.failure, .changes_requested, .timed_out, .cancelled, .action_required, .error { color: var(--bad) }
.warning, .in_progress, .queued, .dismissed { color: var(--warn) }
.error { border: 1px solid; border-radius: 6px; padding: .6rem .8rem; margin: 1rem 0 }
time, .quiet { opacity: .65 }
.diff { border-collapse: collapse; width: 100%; white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 4 }
.diff td { padding: 0 .6rem; vertical-align: top }
.diff .number { width: 1%; min-width: 3rem; text-align: right; opacity: .55; user-select: none }
.diff .add { background: var(--add) }
.diff .del { background: var(--del) }
.diff .hunk td { background: var(--soft); opacity: .7 }
.diff .note td { white-space: normal; padding: .4rem .8rem; border-block: 1px solid var(--line);
  font: 14px/1.5 system-ui, sans-serif }
.markdown table { border-collapse: collapse; margin: .5rem 0 }
.markdown th, .markdown td { border: 1px solid var(--line); padding: .25rem .6rem; text-align: left }
.markdown blockquote { margin: .4rem 0; padding-left: .8rem; border-left: 3px solid var(--line) }
.markdown ul, .markdown ol { margin: .4rem 0; padding-left: 1.6rem }
ul.plain { list-style: none; padding: 0 }
ul.plain li { padding: .35rem 0; border-bottom: 1px solid var(--line) }
form { border: 1px solid var(--line); border-radius: 6px; padding: .8rem; margin: 1rem 0 }
textarea { width: 100%; min-height: 4.5rem; margin: .5rem 0; font: inherit }
button, select { font: inherit; padding: .25rem .8rem; margin: 0 .3rem .3rem 0 }
`
