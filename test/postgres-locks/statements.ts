/**
 * Statements whose locks are measured. `before`: SQL that the review has read in the same file, so that it knows the type of
 * a column. `depends`: that rows are read or written depends on what is not in the text. `reaches`: tables that it locks
 * and does not name, by a foreign key or by CASCADE.
 */
export type Measured = {
  readonly sql: string
  readonly before?: string
  readonly depends?: true
  readonly reaches?: readonly string[]
}

const column = (name: string, type: string) => `alter table t add column ${name} ${type};`

/** What every statement finds: 2,000 rows in `t`, and each kind of thing that a statement may name. */
export const world = `
create table p (id int primary key);
insert into p select generate_series(1, 2000);
create table t (id int primary key, a int, b varchar(20), c text, d timestamp, n numeric(10,2), j xml, w cidr, k text);
insert into t select i, i, i::text, i::text, now(), i, null, null, i::text from generate_series(1, 2000) i;
create index t_c on t (c);
create unique index t_u on t (a);
create table s (id int primary key, p_id int references p (id), constraint s_pos check (id > 0));
insert into s select i, i from generate_series(1, 50) i;
create table part (i int) partition by range (i);
create table part1 partition of part for values from (0) to (10);
create table part2 (i int);
insert into part1 values (1); insert into part2 values (11);
create table parent (i int);
create materialized view mv as select id from t;
create unique index mv_id on mv (id);
create view v as select 1;
create sequence sq;
create type e as enum ('a');
create function touch() returns trigger language plpgsql as 'begin return new; end';
create policy own on s using (true);
create domain positive as int check (value > 0);
create trigger tg before update on s for each row execute function touch();
alter table t add constraint waiting check (a > 0) not valid;
alter table s add column q int;
alter table s add column r int;
update s set r = 1;
alter table s add constraint fk_off foreign key (r) references p (id) not enforced;
alter table s add constraint fk_waiting foreign key (q) references p (id) not valid;
`

export const measured: readonly Measured[] = [
  { sql: 'ALTER TABLE t ADD COLUMN x int' },
  { sql: 'ALTER TABLE t ADD COLUMN x int DEFAULT 5' },
  { sql: 'ALTER TABLE t ADD COLUMN x timestamptz DEFAULT now()' },
  { sql: 'ALTER TABLE t ADD COLUMN x timestamptz NOT NULL DEFAULT now()' },
  { sql: 'ALTER TABLE t ADD COLUMN x timestamptz DEFAULT CURRENT_TIMESTAMP' },
  { sql: 'ALTER TABLE t ADD COLUMN x timestamptz DEFAULT clock_timestamp()' },
  { sql: "ALTER TABLE t ADD COLUMN x text DEFAULT lower('A')" },
  { sql: 'ALTER TABLE t ADD COLUMN x text DEFAULT random()::text' },
  { sql: 'ALTER TABLE t ADD COLUMN x uuid DEFAULT gen_random_uuid()' },
  { sql: "ALTER TABLE t ADD COLUMN x bigint DEFAULT nextval('sq')" },
  { sql: 'ALTER TABLE t ADD COLUMN x serial' },
  { sql: 'ALTER TABLE t ADD COLUMN x int GENERATED ALWAYS AS IDENTITY' },
  { sql: 'ALTER TABLE t ADD COLUMN x int GENERATED ALWAYS AS (a*2) STORED' },
  { sql: 'ALTER TABLE t ADD COLUMN x int GENERATED ALWAYS AS (a*2) VIRTUAL' },
  { sql: 'ALTER TABLE t ADD COLUMN x int GENERATED ALWAYS AS (a*2)' },
  { sql: "ALTER TABLE t ADD COLUMN x e DEFAULT 'a'", depends: true },
  { sql: 'ALTER TABLE t ADD COLUMN x positive', depends: true },
  { sql: "ALTER TABLE t ADD COLUMN x jsonb NOT NULL DEFAULT '{}'" },
  { sql: 'ALTER TABLE t ADD COLUMN x int[] DEFAULT ARRAY[1, 2]' },
  { sql: 'ALTER TABLE t ADD COLUMN x int UNIQUE' },
  { sql: 'ALTER TABLE t ADD COLUMN x int CHECK (x > 0)' },
  { sql: 'ALTER TABLE t ADD COLUMN x int REFERENCES p (id)' },
  { sql: 'ALTER TABLE t ADD COLUMN x int DEFAULT 1 REFERENCES p (id)', depends: true },
  { sql: 'ALTER TABLE t DROP COLUMN c' },
  { sql: 'ALTER TABLE t ALTER COLUMN a TYPE bigint' },
  { sql: 'ALTER TABLE t ALTER COLUMN a TYPE bigint USING a::bigint' },
  { sql: 'ALTER TABLE t ALTER COLUMN b TYPE varchar(50)', before: column('b', 'varchar(20)') },
  { sql: 'ALTER TABLE t ALTER COLUMN b TYPE varchar(20)', before: column('b', 'varchar(20)') },
  { sql: 'ALTER TABLE t ALTER COLUMN b TYPE varchar', before: column('b', 'varchar(20)') },
  { sql: 'ALTER TABLE t ALTER COLUMN b TYPE text', before: column('b', 'varchar(20)') },
  { sql: 'ALTER TABLE t ALTER COLUMN b TYPE text USING b::text', before: column('b', 'varchar(20)') },
  { sql: 'ALTER TABLE t ALTER COLUMN b TYPE text USING lower(b)', before: column('b', 'varchar(20)') },
  { sql: 'ALTER TABLE t ALTER COLUMN b TYPE varchar(10)', before: column('b', 'varchar(20)') },
  { sql: 'ALTER TABLE t ALTER COLUMN b TYPE char(20)', before: column('b', 'varchar(20)') },
  { sql: 'ALTER TABLE t ALTER COLUMN k TYPE varchar', before: column('k', 'text') },
  { sql: 'ALTER TABLE t ALTER COLUMN k TYPE varchar(50)', before: column('k', 'text') },
  { sql: 'ALTER TABLE t ALTER COLUMN k TYPE bytea USING k::bytea', before: column('k', 'text') },
  { sql: 'ALTER TABLE t ALTER COLUMN n TYPE numeric(12,2)', before: column('n', 'numeric(10,2)') },
  { sql: 'ALTER TABLE t ALTER COLUMN n TYPE numeric(12,3)', before: column('n', 'numeric(10,2)') },
  { sql: 'ALTER TABLE t ALTER COLUMN n TYPE numeric', before: column('n', 'numeric(10,2)') },
  { sql: 'ALTER TABLE t ALTER COLUMN n TYPE numeric(8,2)', before: column('n', 'numeric(10,2)') },
  { sql: 'ALTER TABLE t ALTER COLUMN d TYPE timestamptz', before: column('d', 'timestamp'), depends: true },
  { sql: 'ALTER TABLE t ALTER COLUMN d TYPE timestamp(3)', before: column('d', 'timestamp') },
  { sql: 'ALTER TABLE t ALTER COLUMN d TYPE date', before: column('d', 'timestamp') },
  { sql: 'ALTER TABLE t ALTER COLUMN j TYPE text', before: column('j', 'xml') },
  { sql: 'ALTER TABLE t ALTER COLUMN w TYPE inet', before: column('w', 'cidr') },
  { sql: 'ALTER TABLE t ALTER COLUMN b TYPE text', depends: true },
  { sql: 'ALTER TABLE t ALTER COLUMN a SET NOT NULL' },
  { sql: 'ALTER TABLE t ALTER COLUMN a DROP NOT NULL' },
  { sql: 'ALTER TABLE t ALTER COLUMN a SET DEFAULT 1' },
  { sql: 'ALTER TABLE t ALTER COLUMN a DROP DEFAULT' },
  { sql: 'ALTER TABLE t ALTER COLUMN a SET STATISTICS 100' },
  { sql: 'ALTER TABLE t ALTER COLUMN c SET STORAGE EXTERNAL' },
  { sql: 'ALTER TABLE t ALTER COLUMN c SET COMPRESSION pglz' },
  { sql: 'ALTER TABLE t ALTER COLUMN a SET (n_distinct = 5)' },
  { sql: 'ALTER TABLE t ALTER COLUMN a RESET (n_distinct)' },
  { sql: 'ALTER TABLE t ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY' },
  { sql: 'ALTER TABLE t ADD CONSTRAINT k CHECK (a>0)' },
  { sql: 'ALTER TABLE t ADD CONSTRAINT k CHECK (a>0) NOT VALID' },
  { sql: 'ALTER TABLE t ADD CONSTRAINT k CHECK (a>0) NOT ENFORCED' },
  { sql: 'ALTER TABLE t ADD CONSTRAINT k NOT NULL a' },
  { sql: 'ALTER TABLE t ADD CONSTRAINT k NOT NULL a NOT VALID' },
  { sql: 'ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES p(id)', depends: true },
  { sql: 'ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES p(id) NOT VALID' },
  { sql: 'ALTER TABLE t ADD CONSTRAINT k UNIQUE (c)' },
  { sql: 'ALTER TABLE t ADD CONSTRAINT k UNIQUE USING INDEX t_u' },
  { sql: 'ALTER TABLE t ADD CONSTRAINT k EXCLUDE (c WITH =)' },
  { sql: 'ALTER TABLE p DROP CONSTRAINT p_pkey CASCADE', reaches: ['s'] },
  { sql: 'ALTER TABLE s DROP CONSTRAINT fk_waiting', reaches: ['p'] },
  { sql: 'DROP TABLE s', reaches: ['p'] },
  { sql: 'ALTER TABLE s VALIDATE CONSTRAINT fk_waiting' },
  { sql: 'ALTER TABLE t VALIDATE CONSTRAINT waiting' },
  { sql: 'ALTER TABLE s DROP CONSTRAINT s_pos' },
  { sql: 'ALTER TABLE s ALTER CONSTRAINT fk_off ENFORCED', reaches: ['p'] },
  { sql: 'ALTER TABLE s RENAME CONSTRAINT s_pos TO s_positive' },
  { sql: 'CREATE INDEX i ON t(a)' },
  { sql: 'CREATE UNIQUE INDEX i ON t (a, c)' },
  { sql: 'CREATE INDEX i ON ONLY part (i)' },
  { sql: 'DROP INDEX t_c' },
  { sql: 'REINDEX INDEX t_c' },
  { sql: 'REINDEX TABLE t' },
  { sql: 'ALTER TABLE t RENAME COLUMN a TO z' },
  { sql: 'ALTER TABLE t RENAME TO z' },
  { sql: 'ALTER VIEW v RENAME TO z' },
  { sql: 'ALTER INDEX t_c RENAME TO zz' },
  { sql: 'ALTER TABLE t SET (fillfactor=70)' },
  { sql: 'ALTER TABLE t RESET (fillfactor)' },
  { sql: 'ALTER TABLE t SET (autovacuum_enabled=false)' },
  { sql: 'ALTER TABLE t SET (parallel_workers=2)' },
  { sql: 'ALTER TABLE t SET (toast_tuple_target=256)' },
  { sql: 'ALTER TABLE t SET (user_catalog_table=true)' },
  { sql: 'ALTER TABLE t SET LOGGED', depends: true },
  { sql: 'ALTER TABLE t SET UNLOGGED', depends: true },
  { sql: 'ALTER TABLE t SET WITHOUT CLUSTER' },
  { sql: 'ALTER TABLE t CLUSTER ON t_c' },
  { sql: 'ALTER TABLE t REPLICA IDENTITY FULL' },
  { sql: 'ALTER TABLE t OWNER TO CURRENT_USER' },
  { sql: 'ALTER TABLE t ENABLE ROW LEVEL SECURITY' },
  { sql: 'ALTER TABLE t FORCE ROW LEVEL SECURITY' },
  { sql: 'ALTER TABLE t DISABLE TRIGGER ALL' },
  { sql: 'ALTER TABLE s DISABLE TRIGGER tg' },
  { sql: 'ALTER TABLE s ENABLE ALWAYS TRIGGER tg' },
  {
    sql: 'CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()',
  },
  { sql: 'DROP TRIGGER tg ON s' },
  { sql: 'DROP POLICY own ON s' },
  { sql: "ALTER TYPE e ADD VALUE 'b'" },
  { sql: "ALTER TYPE e RENAME VALUE 'a' TO 'b'" },
  { sql: 'ALTER TABLE part ATTACH PARTITION part2 FOR VALUES FROM (10) TO (20)', depends: true },
  { sql: 'ALTER TABLE part ATTACH PARTITION part2 DEFAULT', depends: true },
  { sql: 'ALTER TABLE part DETACH PARTITION part1' },
  { sql: 'CREATE TABLE part3 PARTITION OF part FOR VALUES FROM (30) TO (40)', depends: true },
  { sql: 'CREATE TABLE part3 PARTITION OF part DEFAULT', depends: true },
  { sql: 'CREATE TABLE fresh (id int, p_id int REFERENCES p (id))' },
  { sql: 'CREATE TABLE fresh (id int, p_id int, FOREIGN KEY (p_id) REFERENCES p (id))' },
  { sql: 'CREATE TABLE fresh (id int, a int UNIQUE, CHECK (a > 0))' },
  { sql: 'TRUNCATE t' },
  { sql: 'DROP TABLE t CASCADE' },
  { sql: 'DROP VIEW v' },
  { sql: 'DROP MATERIALIZED VIEW mv' },
  { sql: 'CLUSTER t USING t_pkey' },
  { sql: 'LOCK TABLE t' },
  { sql: 'LOCK TABLE t IN SHARE MODE' },
  { sql: 'LOCK TABLE t IN ROW EXCLUSIVE MODE' },
  { sql: "COMMENT ON TABLE t IS 'x'" },
  { sql: "COMMENT ON COLUMN t.a IS 'x'" },
  { sql: 'CREATE STATISTICS st ON a,c FROM t' },
  { sql: 'ANALYZE t' },
  { sql: 'INSERT INTO p VALUES (5000)' },
  { sql: 'UPDATE t SET a=a' },
  { sql: 'DELETE FROM t' },
  { sql: 'DELETE FROM t WHERE id = 1', depends: true },
  { sql: 'CREATE POLICY pol ON t USING (true)' },
  { sql: 'REFRESH MATERIALIZED VIEW mv' },
  { sql: 'REFRESH MATERIALIZED VIEW CONCURRENTLY mv' },
  { sql: 'CREATE OR REPLACE VIEW v AS SELECT 1' },
  { sql: 'CREATE VIEW w AS SELECT * FROM t' },
  { sql: 'GRANT SELECT ON t TO PUBLIC' },
  { sql: 'ALTER TABLE s ADD COLUMN x int, ADD CONSTRAINT k CHECK (id > 0) NOT VALID, ALTER q SET DEFAULT 1' },
  { sql: 'ALTER TABLE part2 INHERIT parent' },
]
