import { catalog } from './catalog.ts'
import { type Rule, textsFor } from './rule.ts'

/** The page of docs/rules.md, from the rules themselves. */
export function rulesPage(): string {
  return `${intro}
${catalog.map(row).join('\n')}

${catalog.map(section).join('\n')}`
}

const intro = `# The rules of the SQL review

<!-- Generated from rules/catalog by rules/docs.ts. Change the rule, then run: npx vitest run --project unit rules/docs.test.ts -u -->

Every statement of the up section of a migration is read, on PostgreSQL with the server's own grammar, on MySQL and
MariaDB by a lexer and a list of statements of dbward's own; what is not on it blocks. What is nested in a statement is
read too: in a WITH, under EXPLAIN ANALYZE, in the body of a DO. Comments and literals are never mistaken for SQL.

What only defines code that runs later is read in the file that makes it, as another file may run it: the bodies of
functions and procedures in PL/pgSQL and SQL, the actions of rules, and every stored program of MySQL and MariaDB. It is
read like the file's own SQL if it is an event, which runs by itself, or if a statement of the same file may run it: a
call, a changed row, a query of a table that may be a view. Otherwise it is read for what loses rows, tables or columns,
for SQL that is put together at run time ([\`dynamic-sql\`](#dynamic-sql)), and for what always blocks, apart from a
transaction of its own; such a finding says that it happens when the program runs. EXECUTE of literals, put together with
\`||\`, \`concat\` or \`format\`, is read like the SQL that they are. Bodies in other languages are not read, and the
[risk](schema.md#risk) of a change that makes one, or calls a function of its own, is unknown.

Whether a WHERE leaves any row out is decided by what it says, as far as that goes without the tables: \`1 = 1\`,
\`id = id\`, \`a IS NULL OR a IS NOT NULL\`, \`id IN (SELECT id FROM x)\` leave none out. A column named \`id\`, or one
that the file makes the primary key of the table, counts as never NULL and, the first, as above 0. That is a guess by its
look; what is compared with itself counts as true, too. A WHERE or an ON that speaks of other tables only is reported, as
it means every row or none.

A policy sets the severity of a rule to \`block\`, \`warn\`, \`note\` or \`off\`. A note is worth a thought and counts nowhere.
Rules that are marked *always* cannot be lowered: without them a review, or the execution of a file, would mean nothing.

A comment \`-- dbward: allow <rule>: <reason>\` before a statement, on a line of its own or as \`/* ... */\`, lets through
what this rule finds in that statement and in no other; several comments allow several rules. There is no form for a whole
file. It lifts the block and nothing else: the check run shows each with its reason (at most 500 characters), those who
approve accept it, the risk stays what it was, and a workflow without steps, which nobody approves, stays blocked. What
always blocks, and what a policy lists under [\`never_allow\`](policy.md#a-review-scope), no comment allows. A comment that does
not work is a finding of [\`suppression\`](#suppression).

A file is plain SQL, or has one line \`-- migrate:up\` (with \`transaction:false\` where needed) before its statements
and \`-- migrate:down\` after them; the down section is never executed and not reviewed. A file is UTF-8, of at most
1 MiB and 5,000 statements.

On PostgreSQL a plain file that consists of one statement which cannot run in a transaction, such as CREATE INDEX
CONCURRENTLY, runs without one. On MySQL and MariaDB a file runs in one transaction if it has nothing but INSERT,
REPLACE, UPDATE, DELETE, SELECT and harmless SET; otherwise its statements run one by one, and each commits by itself.
There DELIMITER is followed where it stands alone on its line, and a stored program may also be written without it.

A table, view, index or sequence that the same file surely created before is nobody else's yet, and rules about data
loss and locks say nothing about it. \`IF NOT EXISTS\`, \`OR REPLACE\` and a DO prove nothing, nor does a temporary table
on MySQL and MariaDB, a temporary \`x\` is not \`public.x\`, and after a change of the search path names without a schema start afresh.

| rule | default | about |
|---|---|---|`

function row({ id, severity, fixed, title }: Rule): string {
  return `| [\`${id}\`](#${id}) | ${severity}${fixed ? ', always' : ''} | ${title} |`
}

function section(rule: Rule): string {
  const { id, engines, mysql } = rule
  const postgres = textsFor(rule, 'postgres')
  const other = engines.includes('mariadb') && mysql !== undefined ? onMysql(rule) : ''
  return `## ${id}

${postgres.why}

**Instead.** ${postgres.instead}

Engines: ${engines.join(', ')}. Reported:

${example(postgres.bad)}

Better:

${example(postgres.good)}
${other}`
}

/** What is said otherwise of the other two; of MariaDB alone where MySQL has no such thing. */
function onMysql({ engines, mysql = {} }: Rule): string {
  const whose = engines.includes('mysql') ? 'MySQL and MariaDB' : 'MariaDB'
  const said = [
    `**On ${whose}.**${mysql.why === undefined ? '' : ` ${mysql.why}`}`,
    mysql.instead === undefined ? '' : `**Instead.** ${mysql.instead}`,
    mysql.bad === undefined ? '' : `Reported:\n\n${example(mysql.bad)}`,
    mysql.good === undefined ? '' : `Better:\n\n${example(mysql.good)}`,
  ]
  return `\n${said.filter((one) => one !== '').join('\n\n')}\n`
}

function example(sql: string): string {
  return `\`\`\`sql\n${shortened(sql)}\n\`\`\``
}

// A list of a hundred numbers teaches nobody.
function shortened(sql: string): string {
  return sql.replace(/((?:\d+, ){3})(?:\d+, ){20,}/, '$1..., ')
}
