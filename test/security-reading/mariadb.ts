import { type Case, refused } from './case.ts'

export const world: readonly string[] = [
  'create table secrets (name varchar(10))',
  "insert into secrets values ('x')",
  'create table orders (id int primary key, note text)',
  "insert into orders values (1, 'a')",
]

const anna = "anna@'%'"
const readsSecrets = {
  as: 'anna',
  looks: ['select count(*) from security_world.secrets'],
  before: refused,
  after: '1',
}
const admin = 'root'

/** What a MariaDB does harmlessly. `security_world` is the database that the cases run in. */
export const cases: Readonly<Record<string, Case>> = {
  'all rights for an account from anywhere': {
    sql: `GRANT ALL ON security_world.* TO ${anna}`,
    rule: 'grants-to-everyone',
    ...readsSecrets,
  },
  'a right for PUBLIC': {
    sql: 'GRANT SELECT ON security_world.* TO PUBLIC',
    rule: 'grants-to-everyone',
    ...readsSecrets,
  },
  'a right that may be given on': {
    sql: `GRANT SELECT ON security_world.secrets TO ${anna} WITH GRANT OPTION`,
    rule: 'grant-option',
    as: 'anna',
    looks: ["grant select on security_world.secrets to bert@'%'", 'select 1'],
    before: refused,
    after: '1',
  },
  "a right on the server's files": {
    sql: `GRANT FILE ON *.* TO ${anna}`,
    rule: 'powerful-role',
    as: 'anna',
    looks: ["select load_file(concat(@@character_sets_dir, 'Index.xml')) is not null"],
    before: '0',
    after: '1',
  },
  'a right to make accounts': {
    sql: `GRANT CREATE USER ON *.* TO ${anna}`,
    rule: 'powerful-role',
    as: 'anna',
    looks: ['create user of_hers', 'select 1'],
    before: refused,
    after: '1',
  },
  'a plain right': {
    sql: `GRANT SELECT ON security_world.secrets TO ${anna}`,
    rule: 'privileges',
    ...readsSecrets,
  },
  'an account that is dropped': {
    given: `grant select on security_world.secrets to ${anna}`,
    sql: `DROP USER ${anna}`,
    rule: 'privileges',
    as: 'anna',
    looks: ['select 1'],
    before: '1',
    after: refused,
  },
  'a password': {
    sql: "CREATE USER of_hers IDENTIFIED BY 'S3cret'",
    rule: 'password-in-sql',
    as: admin,
    looks: ["select length(authentication_string) > 0 from mysql.user where user = 'of_hers'"],
    before: 'nothing',
    after: '1',
  },
  "a view with another's rights": {
    given: `create table mine (a int); grant create view, select on security_world.mine to ${anna}`,
    sql: "CREATE DEFINER = root@'127.0.0.1' VIEW mine_too AS SELECT name FROM secrets",
    rule: 'security-definer',
    as: admin,
    looks: ["select definer from information_schema.views where table_name = 'mine_too'"],
    before: 'nothing',
    after: 'root@127.0.0.1',
  },
  "a procedure with another's rights": {
    given: `create procedure nothing() select 1; grant execute on security_world.* to ${anna}`,
    sql: "CREATE DEFINER = root@'127.0.0.1' FUNCTION told() RETURNS INT READS SQL DATA RETURN (SELECT COUNT(*) FROM secrets)",
    rule: 'security-definer',
    as: 'anna',
    looks: ['select security_world.told()'],
    before: refused,
    after: '1',
  },
  'a procedure with the rights of its caller': {
    given: `create procedure nothing() select 1; grant execute on security_world.* to ${anna}`,
    sql: "CREATE DEFINER = root@'127.0.0.1' FUNCTION told() RETURNS INT READS SQL DATA SQL SECURITY INVOKER RETURN (SELECT COUNT(*) FROM secrets)",
    rule: undefined,
    as: 'anna',
    looks: ['select security_world.told()'],
    before: refused,
    after: refused,
  },
  'an event': {
    sql: "CREATE EVENT soon ON SCHEDULE EVERY 1 SECOND DO UPDATE security_world.orders SET note = 'b' WHERE id = 1",
    rule: 'hidden-code',
    as: admin,
    looks: ['select sleep(1.5)', 'select note from security_world.orders'],
    before: 'a',
    after: 'b',
  },
  'a file by a function': {
    sql: "UPDATE orders SET note = LOAD_FILE(CONCAT(@@character_sets_dir, 'Index.xml')) WHERE id = 1",
    rule: 'server-files',
    as: admin,
    looks: ["select note like '%charset%' from security_world.orders"],
    before: '0',
    after: '1',
  },
  'a file as rows': {
    given: 'create table files (line text)',
    sql: "LOAD DATA INFILE './security_world/db.opt' INTO TABLE files",
    rule: 'server-files',
    as: admin,
    looks: ['select count(*) > 0 from security_world.files'],
    before: '0',
    after: '1',
  },
  'a wait': {
    given: 'create table waited (at datetime(6)); insert into waited values (sysdate(6))',
    sql: 'DO SLEEP(0.4)',
    rule: 'server-settings',
    as: admin,
    looks: ['select timestampdiff(microsecond, at, sysdate(6)) >= 400000 from security_world.waited'],
    before: '0',
    after: '1',
  },
  'a name that is another one': {
    given: 'create table us\u0435rs (a int); create table users (a int); insert into us\u0435rs values (1)',
    sql: 'DELETE FROM `us\u0435rs` WHERE a = 1',
    rule: 'mixed-scripts',
    as: admin,
    looks: ['select count(*) from security_world.us\u0435rs'],
    before: '1',
    after: '0',
  },
}
