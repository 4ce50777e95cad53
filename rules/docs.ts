import { catalog } from './catalog.ts'
import type { Rule } from './rule.ts'

/** The page of docs/rules.md, from the rules themselves. */
export function rulesPage(): string {
  return `${intro}
${catalog.map(row).join('\n')}

${catalog.map(section).join('\n')}`
}

const intro = `# The rules of the SQL review

<!-- Generated from rules/catalog by rules/docs.ts. Change the rule, then run: npx vitest run --project unit -u rules/docs.test.ts -->

Every statement of the up section of a migration is read with PostgreSQL's own grammar, also what is nested in it: in
a WITH, under EXPLAIN ANALYZE, in the body of a DO. What only defines code that runs later (functions, views, rules,
triggers) is not looked into, except for the name of the ledger's schema. Comments and literals are never mistaken for SQL.

A policy sets the severity of a rule to \`block\`, \`warn\` or \`off\`. Rules that are marked *always* cannot be
lowered: without them a review, or the execution of a file, would mean nothing.

A file is plain SQL, or has one line \`-- migrate:up\` (with \`transaction:false\` where needed) before its statements
and \`-- migrate:down\` after them; the down section is never executed and not reviewed. A plain file that consists of
one statement which cannot run in a transaction, such as CREATE INDEX CONCURRENTLY, runs without one. A file is UTF-8,
of at most 1 MiB and 5,000 statements.

A table, view, index or sequence that the same file surely created before is nobody else's yet, and rules about data
loss and locks say nothing about it. \`IF NOT EXISTS\`, \`OR REPLACE\` and a DO prove nothing, a temporary \`x\` is not
\`public.x\`, and after a change of the search path names without a schema start afresh.

| rule | default | about |
|---|---|---|`

function row({ id, severity, fixed, title }: Rule): string {
  return `| [\`${id}\`](#${id}) | ${severity}${fixed ? ', always' : ''} | ${title} |`
}

function section({ id, engines, why, instead, bad, good }: Rule): string {
  return `## ${id}

${why}

**Instead.** ${instead}

Engines: ${engines.join(', ')}. Reported:

\`\`\`sql
${shortened(bad)}
\`\`\`

Better:

\`\`\`sql
${good}
\`\`\`
`
}

// A list of a hundred numbers teaches nobody.
function shortened(sql: string): string {
  return sql.replace(/((?:\d+, ){3})(?:\d+, ){20,}/, '$1..., ')
}
