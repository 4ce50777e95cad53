/** Tables as most are: of InnoDB, with rows; and some that a command can be tried on only. */
export const tables = `
create table q (id int primary key) engine=innodb;
insert into q values (1), (2), (3);
create table t (id int not null primary key, a int, b int not null default 1, s varchar(20), l varchar(300),
  e enum('x', 'y') default 'x', pt point not null, d datetime, n decimal(10, 2), q_id int, u int unsigned, index ix (b),
  index iq (q_id), constraint chk check (a < 1000), constraint fk foreign key (q_id) references q (id)) engine=innodb default charset=utf8mb4;
insert into t (id, a, b, s, pt, q_id) values (1, 1, 1, 'a', point(1, 1), 1), (2, 2, 2, 'b', point(1, 2), 2);
create table nopk (a int, b int not null) engine=innodb;
insert into nopk values (1, 1), (2, 2);
create table mine (id int primary key, a int) engine=myisam;
insert into mine values (1, 1);
create table latin (id int primary key, s varchar(20), x text) engine=innodb default charset=latin1;
insert into latin values (1, 'a', 'b');
create table number (id int not null auto_increment primary key, a int) engine=innodb;
insert into number values (1, 1);
create table versions (id int primary key, a int) engine=innodb with system versioning;
insert into versions values (1, 1);
create table texts (id int primary key, s text, fulltext key f (s)) engine=innodb;
create table computed (id int primary key, a int, v int as (a + 1)) engine=innodb;
insert into computed (id, a) values (1, 1)`

/** What the server is asked about by ALGORITHM and LOCK. */
export const probed: readonly string[] = `
alter table t add column z int
alter table t add z int not null default 5
alter table t add z int not null
alter table t add z int first
alter table t add z int after a
alter table t add (z int, y varchar(10))
alter table t add (z int, index (z))
alter table t add (z int, check (z > 0))
alter table t add z varchar(10) default 'x' comment 'stored default (uuid())'
alter table t add z text not null
alter table t add z json
alter table t add z json default '[]'
alter table t add z varchar(10) character set latin1
alter table t add z datetime default current_timestamp
alter table t add z datetime(6) default current_timestamp(6)
alter table t add z datetime not null default now() on update now()
alter table t add z timestamp null on update current_timestamp
alter table t add z timestamp not null
alter table t add z date default '2020-01-01'
alter table t add z int default -1
alter table t add z int default +1
alter table t add z bit default b'1'
alter table t add z int default null
alter table t add z boolean default true
alter table t add z char(36) default (uuid())
alter table t add z char(36) default uuid()
alter table t add z int default (1 + 2)
alter table t add z int default (a + 2)
alter table t add z double default rand()
alter table t add z json default (json_array())
alter table t add z date default (curdate() + interval 1 day)
alter table t add z binary(16) default (unhex(replace(uuid(), '-', '')))
alter table t add z int as (a + 1)
alter table t add z int generated always as (a + 1) virtual
alter table t add z int as (a + 1) first
alter table t add z int as (a + 1) invisible
alter table t add z int as (a + 1) stored
alter table t add z int as (a + 1) persistent
alter table t add z int as (a + 1), add y int as (z + 1)
alter table t add z int as (a + 1), add y int
alter table t add z int as (a + 1), add index (z)
alter table t add z int as (a + 1), add index (a)
alter table t add z int as (a + 1), drop column s
alter table t add z int as (a + 1), drop index ix
alter table t add z int as (a + 1), rename column s to s2
alter table t add z int as (a + 1), alter b set default 3
alter table t add z int as (a + 1), comment = 'x'
alter table t add z int as (a + 1) unique
alter table t add z int check (z > 0)
alter table t add z int not null default 4 check (z > 5)
alter table t add z int check (z > 0) after a
alter table t add z int unique
alter table t add z int unique key
alter table t add z int references q (id)
alter table t add z int invisible
alter table t add z bigint unsigned not null auto_increment unique
alter table t add z bigint not null auto_increment, add unique (z)
alter table nopk add id int auto_increment primary key
alter table nopk add id int not null auto_increment key first
alter table nopk add id serial
alter table nopk add id int not null auto_increment, add primary key (id)
alter table t drop primary key, add z int not null auto_increment primary key
alter table t add z int, add index (z)
alter table t add z int, add index (a)
alter table t add z int, drop index ix
alter table t add z int, add fulltext (s)
alter table t add z int, add spatial index (pt)
alter table t add z int, add unique (a)
alter table t add z int, drop column s
alter table t add z int, rename column s to s2
alter table t add z int, drop foreign key fk
alter table t add z int, alter b set default 5
alter table t add z int, comment = 'x'
alter table t add z int, force
alter table t add z int, add check (z > 1)
alter table t add z int, add foreign key (z) references q (id)
alter table t add z int after b, alter b set default 3
alter table t add z int, row_format = dynamic
alter table t add z int, auto_increment = 5
alter table t add z varchar(10), character set latin1
alter table t drop column s
alter table t drop s, drop l
alter table t drop column if exists s
alter table t drop column b
alter table t drop column s, add index (a)
alter table t drop foreign key fk, drop column q_id
alter table t rename column s to s2
alter table t rename column b to b2
alter table t change s s2 varchar(20)
alter table t change s s varchar(20)
alter table t change s s2 varchar(30)
alter table t change s s2 text
alter table t change a a2 int first
alter table t modify s varchar(20)
alter table t modify s varchar(20) not null
alter table t modify s varchar(30)
alter table t modify s varchar(300)
alter table t modify s varchar(10)
alter table t modify s varchar(20) default 'q'
alter table t modify s varchar(20) comment 'q'
alter table t modify s varchar(20) character set latin1
alter table t modify s varchar(20) collate utf8mb4_bin
alter table t modify s char(20)
alter table t modify s text
alter table t modify a bigint
alter table t modify a int not null
alter table t modify b int
alter table t modify b int not null default 2
alter table t modify a int first
alter table t modify a int after s
alter table t modify a int unsigned
alter table t modify u int
alter table t modify e enum('x', 'y', 'z')
alter table t modify e enum('z', 'x', 'y')
alter table t modify n decimal(12, 2)
alter table t modify d datetime(6)
alter table t modify a int unique
alter table t modify id int not null auto_increment
alter table number modify id int not null auto_increment
alter table t alter column a set default 5
alter table t alter a drop default
alter table t alter s set default (uuid())
alter table t add index i2 (s)
alter table t add key (s, d)
alter table t add unique (s)
alter table t add constraint u3 unique (s)
alter table t add index (s) using btree
alter table t add index i2 (a), drop index ix
alter table t drop index ix, add index ix (a)
alter table t add fulltext (s)
alter table t add fulltext index f1 (s), add index (d)
alter table t add spatial index (pt)
create index i2 on t (s)
create unique index i2 on t (s) comment 'lock = none'
create fulltext index i2 on t (s)
create spatial index i2 on t (pt)
create or replace index ix on t (a, s)
alter table t drop index ix
alter table t rename index ix to ix2
alter table t rename index ix to iy, add index (s)
alter table t alter index ix ignored
alter table t drop primary key
alter table t drop primary key, add primary key (b)
alter table t drop primary key, add primary key (id, b)
alter table nopk add primary key (b)
alter table nopk add primary key (a)
alter table nopk add constraint pk primary key (a, b)
alter table t add foreign key (a) references q (id)
alter table t add constraint f2 foreign key (a) references q (id) on delete cascade
alter table t drop foreign key fk
alter table t drop constraint fk
alter table t drop constraint chk
alter table t drop constraint if exists nope
alter table t drop foreign key fk, drop index iq
alter table t drop constraint chk, add z int
alter table t drop constraint chk, add constraint chk check (a < 2000)
alter table t add check (b > 0)
alter table t add constraint c2 check (b > 0)
alter table t add constraint if not exists c2 check (b > 0)
alter table t convert to character set latin1
alter table t convert to character set utf8mb4
alter table t convert to character set utf8mb4 collate utf8mb4_bin
alter table latin convert to character set utf8mb4
alter table t default character set latin1
alter table t character set = latin1
alter table t charset latin1 collate latin1_bin
alter table t collate utf8mb4_bin
alter table t engine=innodb
alter table t engine = 'InnoDB' comment 'x'
alter table t force
alter table nopk engine=myisam
alter table nopk engine=aria
alter table mine engine=innodb
alter table t row_format=compressed
alter table t row_format=redundant
alter table t key_block_size=8
alter table t page_compressed=1
alter table t page_compressed=1 page_compression_level=5
alter table t auto_increment=100
alter table number auto_increment=100
alter table t comment='x'
alter table t comment 'x'
alter table t stats_persistent=0
alter table t stats_persistent=0 stats_sample_pages=20 stats_auto_recalc=1
alter table t checksum=1
alter table t max_rows=100
alter table t min_rows=100 avg_row_length=100
alter table t pack_keys=1
alter table t delay_key_write=1
alter table t insert_method=last
alter table t transactional=1
alter table t add system versioning
alter table versions drop system versioning
`
  .trim()
  .split('\n')

/** What no text of a statement tells: these tables pay more than others. */
export const special: readonly (readonly [sql: string, algorithm: 'inplace' | 'copy'])[] = [
  ['alter table texts force', 'inplace'],
  ['alter table texts add z int first', 'inplace'],
  ['alter table computed add z int first', 'copy'],
  ['alter table mine add z int', 'copy'],
  ['alter table mine add index (a)', 'copy'],
]

const many = `
create table q (id int primary key) engine=innodb;
insert into q select seq from seq_1_to_100;
create table t (id int not null primary key, a int, s varchar(200), q_id int) engine=innodb;
insert into t select seq, seq % 100 + 1, repeat('x', 150), seq % 100 + 1 from seq_1_to_100000;`
const partitions = `
create table t (id int not null primary key, a int, s varchar(200)) engine=innodb
  partition by range (id) (partition p0 values less than (50000), partition p1 values less than (200000));
insert into t select seq, seq % 100, repeat('x', 150) from seq_1_to_100000;`
const hashed = `
create table t (id int not null primary key, a int, s varchar(200)) engine=innodb partition by hash (id) partitions 2;
insert into t select seq, seq % 100, repeat('x', 150) from seq_1_to_100000;`

/** What takes neither clause, or locks more than its own table: rows are written while it runs. */
export const watched: readonly { readonly sql: string; readonly tables: string; readonly writes?: string }[] =
  [
    { tables: many, sql: 'alter table t force' },
    { tables: many, sql: 'optimize table t' },
    { tables: many, sql: 'alter table t add index (s)' },
    { tables: many, sql: 'alter table t modify a bigint' },
    { tables: many, sql: 'alter table t order by a' },
    { tables: many, sql: 'alter ignore table t add unique (a)' },
    { tables: many, sql: 'alter table t partition by hash (id) partitions 2' },
    { tables: many, sql: 'alter table t add foreign key (q_id) references q (id)' },
    {
      tables: many,
      sql: 'alter table t add foreign key (q_id) references q (id)',
      writes: 'insert into q values (?)',
    },
    { tables: partitions, sql: 'alter table t remove partitioning' },
    {
      tables: partitions,
      sql: 'alter table t reorganize partition p1 into (partition p1 values less than (70000), partition p2 values less than (200000))',
    },
    { tables: partitions, sql: 'alter table t rebuild partition p0, p1' },
    { tables: partitions, sql: 'alter table t optimize partition p1' },
    { tables: hashed, sql: 'alter table t add partition partitions 2' },
    { tables: hashed, sql: 'alter table t coalesce partition 1' },
  ]
