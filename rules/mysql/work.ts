/**
 * What a command of ALTER TABLE, or CREATE and DROP INDEX, has the server do with a table, as far as its text tells.
 * `online.ts` says at which price.
 */
export type Work =
  | ColumnWork
  | KeyWork
  | TableWork
  | PartitionWork
  /** ALGORITHM=COPY or LOCK=SHARED or EXCLUSIVE: more than the commands themselves may need */
  | 'asked'

type ColumnWork =
  | 'add-column'
  | 'add-column-inside'
  | 'add-column-by-expression'
  | 'add-column-by-sequence'
  | 'add-column-auto-increment'
  | 'add-column-checked'
  | 'add-column-referencing'
  | 'add-column-stored'
  | 'add-column-virtual'
  | 'add-column-virtual-among-others'
  /** MODIFY and CHANGE: the text does not say what the column was before */
  | 'modify-column'
  | 'modify-column-auto-increment'
  | 'drop-column'
  | 'rename-column'
  | 'change-default'

type KeyWork =
  | 'add-index'
  | 'add-fulltext-index'
  | 'add-spatial-index'
  | 'add-vector-index'
  | 'drop-index'
  | 'rename-index'
  | 'hide-index'
  | 'add-primary-key'
  | 'drop-primary-key'
  | 'replace-primary-key'
  | 'add-foreign-key'
  | 'drop-foreign-key'
  | 'add-check'
  | 'enforce-check'
  | 'drop-constraint'

type TableWork =
  | 'convert-charset'
  | 'default-charset'
  | 'engine-innodb'
  | 'engine-other'
  | 'row-format'
  | 'encryption'
  | 'move-tablespace'
  | 'rebuild'
  | 'order-rows'
  | 'ignore-duplicates'
  | 'add-versioning'
  | 'drop-versioning'
  | 'table-option'
  | 'unknown-option'

type PartitionWork =
  | 'partition-table'
  | 'move-rows-of-partitions'
  | 'rebuild-partitions'
  | 'optimize-partitions'
  | 'add-partition'
  | 'exchange-partition'

/** What the author asks of the server, which refuses a statement that it cannot execute so; undefined is its own choice. */
export type Asked = {
  readonly algorithm?: 'instant' | 'nocopy' | 'inplace' | 'copy'
  readonly lock?: 'none' | 'shared' | 'exclusive'
}

/** `nocopy` is in place without building the table anew; MySQL has no word of its own for it. */
export type Online = {
  readonly algorithm: 'instant' | 'nocopy' | 'inplace' | 'copy'
  readonly lock: 'none' | 'shared' | 'exclusive'
}
