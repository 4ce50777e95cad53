import { createRequire } from "node:module";
// \0rolldown/runtime.js
var __create = Object.create;
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __getProtoOf = Object.getPrototypeOf;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __commonJSMin = (cb, mod) => () => (mod || (cb((mod = { exports: {} }).exports, mod, mod.exports), cb = null), mod.exports);
var __copyProps = (to, from, except, desc) => {
	if (from && typeof from === "object" || typeof from === "function") for (var keys = __getOwnPropNames(from), i = 0, n = keys.length, key; i < n; i++) {
		key = keys[i];
		if (!__hasOwnProp.call(to, key) && key !== except) __defProp(to, key, {
			get: ((k) => from[k]).bind(null, key),
			enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable
		});
	}
	return to;
};
var __toESM = (mod, isNodeMode, target) => (target = mod != null ? __create(__getProtoOf(mod)) : {}, __copyProps(isNodeMode || !mod || !mod.__esModule || !__hasOwnProp.call(mod, "default") ? __defProp(target, "default", {
	value: mod,
	enumerable: true
}) : target, mod));
var __require = /* #__PURE__ */ (() => createRequire(import.meta.url))();
// rules/statement.ts
/** What of a statement cannot run inside a transaction, or undefined. */
function needsNoTransaction(statement, serverVersion) {
	if (statement.kind === "outside-transaction") return statement.what;
	if (statement.kind === "create-index" && statement.concurrently) return "CREATE INDEX CONCURRENTLY";
	if (statement.kind === "drop-index" && statement.concurrently) return "DROP INDEX CONCURRENTLY";
	return serverVersion !== void 0 && serverVersion < 12 && statement.kind === "add-enum-value" ? "ALTER TYPE ... ADD VALUE" : void 0;
}
/** A name as a message shows it: quoted where it is not a plain word, never with what would break the line. */
function show(name) {
	if (typeof name === "string") return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : quote(name);
	return name.schema === void 0 ? show(name.name) : `${show(name.schema)}.${show(name.name)}`;
}
function showAll(names) {
	const shown = names.slice(0, 5).map(show).join(", ");
	return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
function quote(name) {
	return `"${name.slice(0, 63).replaceAll(/[\p{C}\p{Z}]/gu, " ").replaceAll("\"", "\"\"")}"`;
}
// rules/catalog/alter-column-type.ts
const alterColumnType = {
	id: "alter-column-type",
	engines: [
		"postgres",
		"mysql",
		"mariadb"
	],
	severity: "warn",
	title: "ALTER COLUMN TYPE, MODIFY, CHANGE",
	why: "Most changes of a type rewrite the table and its indexes under ACCESS EXCLUSIVE: readers and writers wait for as long as that takes.",
	instead: "Add a column of the new type, keep both filled, move the readers, then drop the old one.",
	bad: "ALTER TABLE orders ALTER COLUMN id TYPE bigint;",
	good: "ALTER TABLE orders ADD COLUMN id_new bigint;",
	mysql: {
		why: "MODIFY and CHANGE to another type, and CONVERT TO CHARACTER SET, copy the table while writers wait, and what a MODIFY does not repeat (NOT NULL, DEFAULT, COMMENT) is gone.",
		bad: "ALTER TABLE orders MODIFY id bigint;"
	},
	check(statement, file) {
		if (statement.kind === "convert-table" && !file.createdHere(statement.table, "table")) return `Converting every text column of ${show(statement.table)} copies the table while writers wait.`;
		if (statement.kind !== "alter-column-type" || file.createdHere(statement.table, "table")) return;
		const column = `${show(statement.column)} of ${show(statement.table)}`;
		if (file.engine !== "postgres") return `Changing ${column} may copy the table while writers wait.`;
		return `Changing the type of ${column} may rewrite the table while readers and writers wait.`;
	}
};
// rules/catalog/create-index-not-concurrently.ts
const createIndexNotConcurrently = {
	id: "create-index-not-concurrently",
	engines: [
		"postgres",
		"mysql",
		"mariadb"
	],
	severity: "warn",
	title: "CREATE INDEX without CONCURRENTLY, or without LOCK=NONE",
	why: "Building an index blocks every write to the table until the build ends, which grows with the table.",
	instead: "Use CREATE INDEX CONCURRENTLY, alone in its own file.",
	bad: "CREATE INDEX users_email ON users (email);",
	good: "CREATE INDEX CONCURRENTLY users_email ON users (email);",
	mysql: {
		why: "InnoDB builds most indexes while writes go on, and some not (FULLTEXT, SPATIAL, tables of other engines). Without a LOCK clause the server chooses by itself, and blocks writes where it must.",
		instead: "Write ALGORITHM=INPLACE, LOCK=NONE: the server then refuses what it cannot build while writes go on.",
		good: "CREATE INDEX users_email ON users (email) ALGORITHM=INPLACE LOCK=NONE;"
	},
	check(statement, file) {
		if (statement.kind !== "create-index" || statement.concurrently || statement.only) return;
		if (file.createdHere(statement.table, "table") || file.createdHere(statement.table, "view")) return;
		if (file.engine !== "postgres") return `Nothing says that writes to ${show(statement.table)} go on while this index is built.`;
		return `Writes to ${show(statement.table)} wait until this index is built.`;
	}
};
// rules/catalog/create-sequence.ts
const createSequence = {
	id: "create-sequence",
	engines: ["postgres", "mariadb"],
	severity: "off",
	title: "CREATE SEQUENCE",
	why: "For teams that want identity columns instead, which own their sequence.",
	instead: "Use GENERATED ALWAYS AS IDENTITY.",
	bad: "CREATE SEQUENCE invoice_numbers;",
	good: "CREATE TABLE invoices (number bigint GENERATED ALWAYS AS IDENTITY);",
	mysql: {
		why: "For teams that want AUTO_INCREMENT instead, which belongs to its table.",
		instead: "Use AUTO_INCREMENT.",
		good: "CREATE TABLE invoices (number bigint AUTO_INCREMENT PRIMARY KEY);"
	},
	check(statement) {
		if (statement.kind !== "create-sequence") return;
		return `The sequence ${show(statement.sequence)} belongs to no column.`;
	}
};
// rules/catalog/dbward-schema.ts
const dbwardSchema = {
	id: "dbward-schema",
	engines: [
		"postgres",
		"mysql",
		"mariadb"
	],
	severity: "block",
	fixed: true,
	title: "The schema dbward",
	why: "The ledger of what was executed is in the schema `dbward`, and what a migration changes there could make it lie. Anything else of that name counts too, and so do the roles whose names begin with `dbward_`.",
	instead: "Leave the schema and its roles alone, and choose another name for what is yours.",
	bad: "DELETE FROM dbward.ledger WHERE migration_id = '7';",
	good: "DELETE FROM app.ledger WHERE migration_id = '7';",
	mysql: {
		why: "The ledger of what was executed is in the database `dbward`, and what a migration changes there could make it lie. Anything else of that name counts too, and so do the accounts whose names begin with `dbward_`.",
		instead: "Leave the database and its accounts alone, and choose another name for what is yours."
	},
	check(statement) {
		if (statement.kind !== "dbward-schema") return;
		return "This names dbward, where the ledger of executed migrations is.";
	}
};
// rules/catalog/drop-column.ts
const dropColumn = {
	id: "drop-column",
	engines: [
		"postgres",
		"mysql",
		"mariadb"
	],
	severity: "warn",
	title: "DROP COLUMN",
	why: "The values are gone, and every query that still names the column fails; an application often reads its columns once and fails until it is started again.",
	instead: "Deploy code that does not use the column first, then drop it.",
	bad: "ALTER TABLE users DROP COLUMN nickname;",
	good: "ALTER TABLE users ALTER COLUMN nickname DROP NOT NULL;",
	mysql: { good: "ALTER TABLE users ALTER COLUMN nickname DROP DEFAULT;" },
	check(statement, file) {
		if (statement.kind !== "drop-column" || file.createdHere(statement.table, "table")) return;
		return `Dropping ${show(statement.column)} of ${show(statement.table)} deletes its values, and queries that name it fail.`;
	}
};
// rules/catalog/drop-index.ts
const dropIndex = {
	id: "drop-index",
	engines: [
		"postgres",
		"mysql",
		"mariadb"
	],
	severity: "warn",
	title: "DROP INDEX",
	why: "Queries that use the index become slow at once, and building it again takes long. Without CONCURRENTLY readers and writers of the table wait too.",
	instead: "Look at pg_stat_user_indexes whether anything uses the index, then drop it with DROP INDEX CONCURRENTLY, alone in its file.",
	bad: "DROP INDEX users_email;",
	good: "ALTER INDEX users_email RENAME TO users_email_unused;",
	mysql: {
		why: "Queries that use the index become slow at once, and building it again takes long.",
		instead: "Make it INVISIBLE (MySQL) or IGNORED (MariaDB 10.6) first, and drop it when nothing became slow.",
		bad: "DROP INDEX users_email ON users;",
		good: "ALTER TABLE users RENAME INDEX users_email TO users_email_unused;"
	},
	check(statement, file) {
		if (statement.kind !== "drop-index") return;
		const dropped = statement.names.filter((name) => !file.createdHere(name, "index"));
		if (dropped.length === 0) return;
		const slow = `Queries that use ${showAll(dropped)} become slow once it is dropped.`;
		return statement.concurrently || file.engine !== "postgres" ? slow : `${slow} Readers and writers of its table wait while it is.`;
	}
};
// rules/catalog/drop-sequence.ts
const dropSequence = {
	id: "drop-sequence",
	engines: ["postgres", "mariadb"],
	severity: "warn",
	title: "DROP SEQUENCE",
	why: "Defaults and code that take numbers from the sequence fail, and where it had come to is forgotten.",
	instead: "Take the default away and stop using the sequence first, then drop it.",
	bad: "DROP SEQUENCE invoice_numbers;",
	good: "ALTER TABLE invoices ALTER COLUMN number DROP DEFAULT;",
	check(statement, file) {
		if (statement.kind !== "drop-sequence") return;
		const dropped = statement.names.filter((name) => !file.createdHere(name, "sequence"));
		if (dropped.length === 0) return;
		return `Whatever takes numbers from ${showAll(dropped)} fails once it is dropped, and its last number is lost.`;
	}
};
// rules/catalog/drop-table.ts
const dropTable = {
	id: "drop-table",
	engines: [
		"postgres",
		"mysql",
		"mariadb"
	],
	severity: "block",
	title: "DROP TABLE",
	why: "The rows are gone, and every query that still names the table fails.",
	instead: "Stop using the table first, rename it and wait a while; drop it in a migration of its own when nobody missed it.",
	bad: "DROP TABLE orders;",
	good: "ALTER TABLE orders RENAME TO orders_unused_since_june;",
	mysql: { why: "The rows are gone, no transaction brings them back, and every query that still names the table fails." },
	check(statement, file) {
		if (statement.kind === "drop-database") return `Dropping the database ${show(statement.database)} deletes all of its tables.`;
		if (statement.kind !== "drop-table") return;
		const dropped = statement.names.filter((name) => !file.createdHere(name, "table"));
		if (dropped.length === 0) return;
		return `Dropping ${showAll(dropped)} deletes its rows, and queries that name it fail.`;
	}
};
// rules/catalog/drop-view.ts
const dropView = {
	id: "drop-view",
	engines: [
		"postgres",
		"mysql",
		"mariadb"
	],
	severity: "warn",
	title: "DROP VIEW",
	why: "Queries that name the view fail, and if it is created again, the grants on it are gone.",
	instead: "Change it in place with CREATE OR REPLACE VIEW, or stop using it first.",
	bad: "DROP VIEW active_users;",
	good: "CREATE OR REPLACE VIEW active_users AS SELECT id, email FROM users WHERE active;",
	check(statement, file) {
		if (statement.kind !== "drop-view") return;
		const dropped = statement.names.filter((name) => !file.createdHere(name, "view"));
		if (dropped.length === 0) return;
		return `Queries that name ${showAll(dropped)} fail once it is dropped.`;
	}
};
// rules/catalog/large-in-list.ts
const largeInList = {
	id: "large-in-list",
	engines: [
		"postgres",
		"mysql",
		"mariadb"
	],
	severity: "warn",
	title: "IN with more than 100 values",
	why: "A long list is planned anew each time, and often hides that its rows should be selected by what they have in common.",
	instead: "Put the values into a temporary table or a VALUES list and join it.",
	bad: "DELETE FROM users WHERE id IN (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100, 101);",
	good: "DELETE FROM users WHERE id IN (SELECT user_id FROM users_to_remove);",
	mysql: { instead: "Put the values into a temporary table and join it." },
	check(statement) {
		return statement.kind === "in-list" ? `This IN list has ${statement.length} values.` : void 0;
	}
};
// rules/known-relations.ts
/** The relations that the statements so far surely created, under the names that surely still mean them. */
function knownRelations() {
	const known = /* @__PURE__ */ new Map();
	let pathChanged = false;
	return {
		has: (name, what) => known.get(key(name)) === what,
		saw(statement) {
			const made = madeBy(statement);
			const hidden = made?.temporary === true && pathChanged;
			if (made !== void 0 && !statement.conditional && !hidden) known.set(key(made.name), made.what);
			pathChanged ||= statement.kind === "names-change";
			forget(statement, known);
		}
	};
}
function key({ schema, name }) {
	return schema === void 0 || schema === "pg_temp" ? name : `${schema}\0${name}`;
}
function madeBy(statement) {
	switch (statement.kind) {
		case "create-table": return made(statement.table, "table", statement);
		case "create-view": return made(statement.view, "view", statement);
		case "create-sequence": return made(statement.sequence, "sequence", statement);
		case "create-index": return statement.name && made(statement.name, "index", {
			maybe: statement.maybe,
			temporary: false
		});
		default: return;
	}
}
function made(name, what, how) {
	return how.maybe ? void 0 : {
		name: how.temporary ? { name: name.name } : name,
		what,
		temporary: how.temporary
	};
}
function forget(statement, known) {
	switch (statement.kind) {
		case "drop-table":
		case "drop-view":
		case "drop-sequence":
		case "drop-index":
			for (const name of statement.names) known.delete(key(name));
			break;
		case "drop-database":
			known.clear();
			break;
		case "rename": {
			const what = known.get(key(statement.from));
			known.delete(key(statement.from));
			known.delete(key(statement.to));
			if (what !== void 0 && !statement.conditional) known.set(key(statement.to), what);
			break;
		}
		case "alter-table":
			if (statement.links) known.delete(key(statement.links));
			break;
		case "names-change": for (const one of known.keys()) if (statement.names === "all" || !one.includes("\0")) known.delete(one);
	}
}
// rules/file-context.ts
/** A context that is told each statement after the rules have seen it. */
function fileContext(fixed) {
	const known = knownRelations();
	let firstDefinition;
	let firstChange;
	return {
		...fixed,
		get firstDefinition() {
			return firstDefinition;
		},
		get firstChange() {
			return firstChange;
		},
		createdHere: known.has,
		saw(statement) {
			if (isDefinition(statement)) firstDefinition ??= statement;
			if (isChange(statement)) firstChange ??= statement;
			known.saw(statement);
		}
	};
}
/** Whether it takes a lock on tables that others wait for: a temporary table is nobody else's. */
function isDefinition(statement) {
	switch (statement.kind) {
		case "create-table":
		case "create-view":
		case "create-sequence": return !statement.temporary;
		case "create-index":
		case "drop-table":
		case "drop-view":
		case "drop-sequence":
		case "drop-index":
		case "truncate":
		case "rename":
		case "add-column":
		case "drop-column":
		case "alter-column-type":
		case "alter-table":
		case "convert-table":
		case "drop-database": return true;
		default: return false;
	}
}
function isChange({ kind }) {
	return kind === "insert" || kind === "update" || kind === "delete" || kind === "merge";
}
// rules/catalog.ts
/** Every rule of the review, in the order of the docs page. */
const catalog = [
	{
		id: "no-where-delete",
		engines: [
			"postgres",
			"mysql",
			"mariadb"
		],
		severity: "block",
		title: "DELETE without WHERE",
		why: "It deletes every row of the table, and holds locks and writes WAL for all of them in one transaction.",
		instead: "Say in a WHERE which rows are meant, and delete many rows in batches.",
		bad: "DELETE FROM sessions;",
		good: "DELETE FROM sessions WHERE expires_at < now() - interval '30 days';",
		mysql: {
			why: "It deletes every row of the table, and holds locks and writes undo and binary log for all of them in one transaction. LIMIT is no guard: it does not say which rows.",
			good: "DELETE FROM sessions WHERE expires_at < now() - INTERVAL 30 DAY;"
		},
		check(statement, file) {
			if (statement.kind !== "delete" || statement.where === "some" || file.createdHere(statement.table, "table")) return;
			const how = statement.where === "empty" ? "has no WHERE" : "has a WHERE that is always true";
			return `DELETE FROM ${show(statement.table)} ${how}: it deletes every row.`;
		}
	},
	{
		id: "no-where-update",
		engines: [
			"postgres",
			"mysql",
			"mariadb"
		],
		severity: "block",
		title: "UPDATE without WHERE",
		why: "It rewrites every row of the table in one transaction: all rows stay locked until the end, and the table doubles in size until vacuum.",
		instead: "Say in a WHERE which rows are meant, and update a large table in batches.",
		bad: "UPDATE users SET active = true;",
		good: "UPDATE users SET active = true WHERE active IS NULL AND id BETWEEN 1 AND 10000;",
		mysql: { why: "It changes every row of the table in one transaction: all rows stay locked until the end. LIMIT is no guard: it does not say which rows." },
		check(statement, file) {
			if (statement.kind !== "update" || statement.where === "some" || file.createdHere(statement.table, "table")) return;
			const how = statement.where === "empty" ? "has no WHERE" : "has a WHERE that is always true";
			return `UPDATE ${show(statement.table)} ${how}: it changes every row.`;
		}
	},
	dropTable,
	{
		id: "truncate",
		engines: [
			"postgres",
			"mysql",
			"mariadb"
		],
		severity: "block",
		title: "TRUNCATE",
		why: "The rows are gone at once, and readers and writers of the table wait for the ACCESS EXCLUSIVE lock.",
		instead: "Delete the rows that are meant with a WHERE, in batches.",
		bad: "TRUNCATE sessions;",
		good: "DELETE FROM sessions WHERE expires_at < now() - interval '30 days';",
		mysql: {
			why: "The rows are gone at once, and no transaction brings them back. DROP PARTITION does the same to a part of a table.",
			good: "DELETE FROM sessions WHERE expires_at < now() - INTERVAL 30 DAY;"
		},
		check(statement, file) {
			if (statement.kind !== "truncate") return;
			const emptied = statement.tables.filter((table) => !file.createdHere(table, "table"));
			if (emptied.length === 0) return;
			const { what = "TRUNCATE" } = statement;
			return `${what} deletes ${what === "DROP PARTITION" || what === "TRUNCATE PARTITION" ? "the rows of a part" : "every row"} of ${showAll(emptied)}.`;
		}
	},
	dropColumn,
	dropIndex,
	dropView,
	dropSequence,
	{
		id: "not-null-without-default",
		engines: [
			"postgres",
			"mysql",
			"mariadb"
		],
		severity: "warn",
		title: "ADD COLUMN NOT NULL without a default",
		why: "The rows that are there have no value for the column, so the statement fails on every table that is not empty, often only in production.",
		instead: "Give it a DEFAULT (constant ones are instant since PostgreSQL 11), or add it nullable, fill it, and add NOT NULL later.",
		bad: "ALTER TABLE users ADD COLUMN country text NOT NULL;",
		good: "ALTER TABLE users ADD COLUMN country text NOT NULL DEFAULT 'unknown';",
		mysql: {
			why: "The rows that are there get the implicit default of the type, such as 0 or an empty text: nobody chose it, and nobody can tell it from a real value.",
			instead: "Give it a DEFAULT, or add it nullable, fill it, and make it NOT NULL later.",
			bad: "ALTER TABLE users ADD COLUMN country varchar(2) NOT NULL;",
			good: "ALTER TABLE users ADD COLUMN country varchar(2) NOT NULL DEFAULT 'XX';"
		},
		check(statement, file) {
			if (statement.kind !== "add-column" || !statement.notNull || statement.filled) return;
			if (file.createdHere(statement.table, "table")) return;
			const column = show(statement.column);
			if (file.engine !== "postgres") return `Adding ${column} to ${show(statement.table)} gives the rows that it has a value that nobody chose.`;
			return `Adding ${column} to ${show(statement.table)} fails where the table has rows: they have no value for it.`;
		}
	},
	createIndexNotConcurrently,
	alterColumnType,
	{
		id: "mixed-ddl-dml",
		engines: [
			"postgres",
			"mysql",
			"mariadb"
		],
		severity: "warn",
		title: "Changes of definitions and of rows in one file",
		why: "The locks that the changed definitions took are held until the last row is changed, and a failure undoes both.",
		instead: "Change the definitions in one migration and the rows in the next.",
		bad: `ALTER TABLE users ADD COLUMN plan text;
UPDATE users SET plan = 'free' WHERE plan IS NULL;`,
		good: "ALTER TABLE users ADD COLUMN plan text;",
		mysql: { why: "A change of a definition commits what came before it, and in a file with one each statement commits by itself: after a failure the first part is done and stays." },
		check(statement, file) {
			const before = isChange(statement) ? file.firstDefinition : isDefinition(statement) ? file.firstChange : void 0;
			const isFirst = isChange(statement) ? file.firstChange === void 0 : file.firstDefinition === void 0;
			if (before === void 0 || !isFirst) return;
			if (file.engine !== "postgres") return isChange(statement) ? `Rows change here after the definitions of line ${before.line}, which are committed: a failure undoes neither.` : `Definitions change here, and the rows changed on line ${before.line} are committed: a failure undoes neither.`;
			return isChange(statement) ? `Rows change here under the locks that line ${before.line} took on definitions.` : `Definitions change here in the transaction that changed rows on line ${before.line}.`;
		}
	},
	largeInList,
	createSequence,
	{
		id: "unparsed",
		engines: [
			"postgres",
			"mysql",
			"mariadb"
		],
		severity: "block",
		fixed: true,
		title: "SQL that is not understood",
		why: "What was not read was not reviewed. That is a statement that PostgreSQL does not parse, a command of psql, rows after COPY, a body that runs SQL put together at run time, or a file that is not plain UTF-8 text of at most 1 MiB and 5,000 statements, without invisible characters.",
		instead: "Write it as plain SQL.",
		bad: "DO $$ BEGIN EXECUTE format('DROP TABLE %I', current_user); END $$;",
		good: "DO $$ BEGIN RAISE NOTICE 'nothing to do'; END $$;",
		mysql: {
			why: "What was not read was not reviewed. That is a statement that this review does not know, a comment that some servers execute and others skip (`/*!40101 SET ... */`, also as mysqldump writes it), a command of the mysql client other than DELIMITER, SQL that is put together at run time, a text whose statements would end elsewhere in another sql_mode, or a file that is not plain UTF-8 text of at most 1 MiB and 5,000 statements, without invisible characters.",
			bad: "/*!50000 DROP TABLE users */;",
			good: "SET NAMES utf8mb4;"
		},
		check(statement) {
			if (statement.kind !== "opaque") return;
			return {
				message: `This was not reviewed: ${statement.reason}.`,
				instead: statement.instead
			};
		}
	},
	{
		id: "transaction-control",
		engines: [
			"postgres",
			"mysql",
			"mariadb"
		],
		severity: "block",
		fixed: true,
		title: "Transaction, role and session control",
		why: "The executor runs a file in a transaction of its own, as a role that it chose, under a lock. SQL that ends the transaction, changes the role or gives up the lock takes away what keeps a migration whole and its record true.",
		instead: "Leave it out: each file is one transaction already. What cannot run in one gets `-- migrate:up transaction:false`.",
		bad: `CREATE TABLE notes (body text);
COMMIT;`,
		good: "CREATE TABLE notes (body text);",
		mysql: {
			why: "The executor runs a file in a transaction of its own, or its statements one by one where one of them commits by itself, in a session that it has set up, under a lock. SQL that ends the transaction, changes the session or gives up the lock takes away what keeps a migration whole and its record true.",
			instead: "Leave it out.",
			bad: "INSERT INTO notes (body) VALUES ('a');\nCOMMIT;",
			good: "INSERT INTO notes (body) VALUES ('a');"
		},
		check(statement) {
			return statement.kind === "transaction-control" ? `${statement.what} ${statement.effect}.` : void 0;
		}
	},
	dbwardSchema,
	{
		id: "no-transaction",
		engines: ["postgres"],
		severity: "block",
		fixed: true,
		title: "What cannot run in a transaction",
		why: "The server refuses statements such as CREATE INDEX CONCURRENTLY and VACUUM inside a transaction. Without one, what was done before a failure stays done, so such a file has one statement only, whose outcome can be looked up.",
		instead: "Put it alone into its own file; with other directives in the file, write `-- migrate:up transaction:false`.",
		bad: `ALTER TABLE users ADD COLUMN email text;
CREATE INDEX CONCURRENTLY users_email ON users (email);`,
		good: `-- migrate:up transaction:false
CREATE INDEX CONCURRENTLY users_email ON users (email);
-- migrate:down
DROP INDEX users_email;`,
		check(statement, file) {
			const what = file.tx === "auto" ? needsNoTransaction(statement, file.serverVersion) : void 0;
			return what && `${what} cannot run inside a transaction, and this file runs in one.`;
		}
	}
];
function defaultSeverities() {
	return Object.fromEntries(catalog.map(({ id, severity }) => [id, severity]));
}
/**
* What is wrong with the severities that a policy sets, a sentence for each: a rule that does not exist, a
* severity that is none, or a rule that cannot be lowered.
*/
function severityProblems(severities) {
	return Object.entries(severities).flatMap(([id, severity]) => {
		const rule = catalog.find((one) => one.id === id);
		if (rule === void 0) return [`expected a rule of the catalogue, got ${JSON.stringify(id)}`];
		if (severity !== "block" && severity !== "warn" && severity !== "off") return [`expected block, warn or off for ${id}, got ${JSON.stringify(severity)}`];
		return rule.fixed && severity !== "block" ? [`the rule ${id} always blocks, and cannot be set to ${severity}`] : [];
	});
}
/** The severity of every rule. Throws for what `severityProblems` finds: a typo must not pass for a setting. */
function severitiesOf(severities) {
	const problems = severityProblems(severities);
	if (problems.length > 0) throw new Error(`the severities of the review are wrong: ${problems.join("; ")}`);
	return {
		...defaultSeverities(),
		...severities
	};
}
export { __commonJSMin as a, needsNoTransaction as i, severitiesOf as n, __require as o, fileContext as r, __toESM as s, catalog as t };
