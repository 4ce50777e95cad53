/**
 * What a statement of a file is about. `structural`: definitions. `semantic`: rows, or what the session does with them;
 * what it does depends on what is there. `opaque`: nobody here has read it, and it blocks.
 */
export type StatementClass = 'structural' | 'semantic' | 'opaque'

const semantic = new Set([
  ...[
    'insert',
    'replace',
    'update',
    'delete',
    'merge',
    'select',
    'copy',
    'load-data',
    'load-xml',
    'call',
    'do',
  ],
  ...[
    'prepare',
    'execute',
    'deallocate',
    'declare-cursor',
    'fetch',
    'close-portal',
    'explain',
    'explain-analyze',
  ],
  ...[
    'set',
    'variable-set',
    'variable-show',
    'show',
    'lock',
    'listen',
    'notify',
    'unlisten',
    'constraints-set',
  ],
  ...['discard', 'checkpoint', 'signal', 'help', 'transaction', 'vacuum', 'analyze-table', 'check-table'],
])

/** By the plan's word for the statement. */
export function classOf(kind: string): StatementClass {
  if (kind === 'opaque') return 'opaque'
  return semantic.has(kind) ? 'semantic' : 'structural'
}
