import type { PolicyName } from './policies.ts'

/** A policy, what happened, the verdict and its code, who counts, and who does not and why. */
export type Row = readonly [
  policy: PolicyName,
  script: string,
  outcome: string,
  counted: string,
  notCounted: string,
]

const waits = 'wait WAITING_FOR_APPROVAL'
const approved = 'allow APPROVED'

/** What is decided of a history. Who does what, and what it means, is in script.ts. */
export const rows: readonly Row[] = [
  // Who approves.
  ['one', '', waits, '', ''],
  ['one', 'bob approves', approved, 'bob', ''],
  ['one', 'eve approves', waits, '', 'eve not-a-member'],
  ['one', 'fay approves', waits, '', 'fay not-a-member'],
  ['one', 'dan approves', waits, '', 'dan no-write-permission'],
  ['one', 'robot approves by app', waits, '', 'robot[bot] bot'],
  ['one', 'robot approves by app, bob approves', approved, 'bob', 'robot[bot] bot'],
  ['one', 'eve approves, bob approves', approved, 'bob', 'eve not-a-member'],
  ['one', 'bob approves, cat approves', approved, 'bob', 'cat not-needed'],
  ['one', 'bob remarks', waits, '', ''],

  // What somebody says later.
  ['one', 'bob approves, bob remarks', approved, 'bob', ''],
  ['one', 'bob approves, bob requests changes', 'wait CHANGES_REQUESTED', '', 'bob changes-requested'],
  ['one', 'bob requests changes, bob approves', approved, 'bob', ''],
  [
    'one',
    'bob requests changes, bob remarks, cat approves',
    'wait CHANGES_REQUESTED',
    'cat',
    'bob changes-requested',
  ],
  ['one', 'eve requests changes, bob approves', 'wait CHANGES_REQUESTED', 'bob', 'eve changes-requested'],
  ['one', 'dan requests changes, bob approves', approved, 'bob', 'dan changes-requested'],
  ['one', 'eve requests changes, cat dismisses eve, bob approves', approved, 'bob', 'eve dismissed'],
  ['one', 'eve requests changes, bob approves, eve loses write', approved, 'bob', 'eve changes-requested'],
  ['one', 'bob approves, ann dismisses bob', waits, '', 'bob dismissed'],
  ['one', 'bob approves, cat dismisses bob, bob approves', approved, 'bob', ''],
  ['one', 'bob approves, bob approves, cat dismisses bob', waits, '', 'bob dismissed'],

  // Which bytes.
  ['one', 'bob approves, ann pushes other bytes', waits, '', 'bob older-bytes'],
  ['one', 'bob approves, ann pushes other bytes, bob approves', approved, 'bob', ''],
  ['one', 'bob approves, ann pushes other bytes, cat approves', approved, 'cat', 'bob older-bytes'],
  ['one', 'ann pushes other bytes, bob approves an older commit', waits, '', 'bob older-bytes'],
  ['one', 'ann pushes other bytes, bob approves, bob approves an older commit', approved, 'bob', ''],
  ['one', 'bob approves, ann pushes other bytes, ann pushes the first bytes', approved, 'bob', ''],
  ['one', 'bob approves, ann pushes one more file', waits, '', 'bob older-bytes'],
  ['one', 'bob approves, ann pushes one more file, ann pushes one file less', approved, 'bob', ''],
  ['one', 'ann pushes one more file, bob approves, ann pushes one file less', waits, '', 'bob older-bytes'],
  ['one', 'two tables: bob approves, ann pushes other bytes', waits, '', 'bob older-bytes'],
  ['one', 'bob approves, ann pushes notes', approved, 'bob', ''],
  ['one', 'bob approves, ann rebases', approved, 'bob', ''],
  ['one', 'bob approves, eve updates the branch', approved, 'bob', ''],
  ['one', 'bob approves, bob updates the branch', approved, 'bob', ''],
  ['one', 'bob approves, ann rebases, ann pushes other bytes', waits, '', 'bob older-bytes'],

  // Who had a hand in them.
  ['one', 'bob pushes other bytes, bob approves', waits, '', 'bob author'],
  ['one', 'bob pushes other bytes of ann, bob approves', waits, '', 'bob pusher'],
  ['one', 'ann pushes other bytes of bob, bob approves', waits, '', 'bob author'],
  ['one', 'ann pushes other bytes committed by bob, bob approves', waits, '', 'bob committer'],
  ['one', 'ann pushes other bytes with bob, bob approves', waits, '', 'bob co-author'],
  ['one', 'ann pushes other bytes with bob, cat approves', approved, 'cat', ''],
  ['one', 'bob pushes notes, bob approves', approved, 'bob', ''],
  ['one', 'bob rebases, bob approves', waits, '', 'bob committer'],
  ['one', 'bob pushes other bytes, ann rebases, bob approves', waits, '', 'bob pusher'],
  ['one', 'ann pushes other bytes of stranger, bob approves', waits, 'bob', ''],
  [
    'one',
    'ann pushes other bytes of stranger, bob approves, cat approves',
    approved,
    'bob',
    'cat not-needed',
  ],
  ['one', 'ann pushes other bytes of stranger, bob approves, eve approves', waits, 'bob', 'eve not-a-member'],

  // What somebody may do now, not then.
  ['one', 'bob approves, bob leaves dba', waits, '', 'bob not-a-member'],
  ['one', 'bob approves, bob loses write', waits, '', 'bob no-write-permission'],
  ['one', 'eve approves, eve joins dba', approved, 'eve', ''],
  ['one', 'bob approves, ann merges, bob leaves dba', waits, '', 'bob not-a-member'],

  // The base.
  ['one', 'bob approves, ann retargets', waits, '', 'bob before-base-change'],
  ['one', 'bob approves, ann retargets, ann retargets back', waits, '', 'bob before-base-change'],
  ['one', 'ann retargets, bob approves', approved, 'bob', ''],

  // The merge.
  ['one', 'bob approves, ann merges', approved, 'bob', ''],
  ['one', 'bob approves, ann squashes', approved, 'bob', ''],
  ['one', 'bob approves, ann merges by rebase', approved, 'bob', ''],
  ['one', 'ann merges', waits, '', ''],
  ['one', 'eve squashes, bob approves', approved, 'bob', ''],
  ['one', 'bob approves, ann pushes other bytes, eve merges', waits, '', 'bob older-bytes'],
  ['one', 'bob approves, bob merges', approved, 'bob', ''],
  [
    'one',
    'bob approves, ann merges, cat requests changes',
    'wait CHANGES_REQUESTED',
    'bob',
    'cat changes-requested',
  ],

  // How many, and for what.
  ['two', 'bob approves', waits, 'bob', ''],
  ['two', 'bob approves, bob approves', waits, 'bob', ''],
  ['two', 'bob approves, cat approves', approved, 'bob, cat', ''],
  ['two', 'bob approves, dan approves', waits, 'bob', 'dan no-write-permission'],
  ['two', 'bob approves, ann pushes other bytes, cat approves', waits, 'cat', 'bob older-bytes'],
  ['both', 'cat approves', waits, 'cat', ''],
  ['both', 'cat approves, bob approves', approved, 'bob, cat', ''],
  ['both', 'bob approves, cat approves', approved, 'bob, cat', ''],
  ['both', 'bob approves, gil approves', approved, 'bob, gil', ''],
  ['any', 'gil approves', approved, 'gil', ''],
  ['any', 'bob approves', waits, 'bob', ''],
  ['any', 'bob approves, cat approves', approved, 'bob, cat', ''],
  ['steps', 'fay approves', waits, 'fay', ''],
  ['steps', 'fay approves, bob approves', approved, 'bob, fay', ''],
  ['steps', 'bob approves, cat approves', waits, 'bob', 'cat not-needed'],
  ['apart', 'cat approves', waits, 'cat', ''],
  ['apart', 'cat approves, bob approves', approved, 'bob, cat', ''],
  ['same', 'cat approves', approved, 'cat', ''],
  ['same', 'bob approves', waits, 'bob', ''],

  // People, roles, owners.
  ['user', 'bob approves', approved, 'bob', ''],
  ['user', 'cat approves', waits, '', 'cat not-an-approver'],
  ['role', 'fay approves', approved, 'fay', ''],
  ['role', 'bob approves', waits, '', 'bob not-a-member'],
  ['owners', 'bob approves', approved, 'bob', ''],
  ['owners', 'cat approves', waits, '', 'cat not-a-member'],
  ['owners', 'two tables: bob approves', waits, 'bob', ''],
  ['owners', 'two tables: gil approves, bob approves', approved, 'bob, gil', ''],
  ['owners', 'two tables: ann pushes one more file, gil approves, bob approves', waits, 'bob, gil', ''],

  // Reasons and ages.
  ['reason', 'bob approves', waits, '', 'bob no-reason'],
  ['reason', 'bob approves with a reason', approved, 'bob', ''],
  ['reason', 'bob approves with a reason, bob approves', approved, 'bob', ''],
  ['short', 'bob approves, 3h pass', waits, '', 'bob expired'],
  ['short', 'bob approves, 1h pass', approved, 'bob', ''],
  ['short', 'bob approves, 3h pass, cat approves', approved, 'cat', 'bob expired'],
  ['short', 'bob approves, ann merges, 3h pass', waits, '', 'bob expired'],

  // One's own.
  ['self', '', 'allow AUTHOR_MAY_MERGE', 'ann', ''],
  ['self', 'ann merges', approved, 'ann', ''],
  ['self', 'eve merges', waits, '', ''],
  ['self', 'eve pushes other bytes, eve approves', approved, 'eve', 'ann not-needed'],
  ['self', 'ann loses write', waits, '', ''],
  ['one', 'bob pushes other bytes, bob merges', waits, '', ''],
  ['open', '', 'allow APPROVED_BY_MERGING', '', ''],
  ['open', 'eve requests changes', 'wait CHANGES_REQUESTED', '', 'eve changes-requested'],

  // By itself.
  ['auto', '', 'allow AUTO_APPROVED', '', ''],
  ['auto', 'a column: ', waits, '', ''],
  ['auto', 'a column: bob approves', approved, 'bob', ''],
  ['auto', 'eve requests changes', 'wait CHANGES_REQUESTED', '', 'eve changes-requested'],
  ['auto', 'ann merges, 3h pass', waits, '', ''],
  ['auto', 'ann merges, 1h pass', 'allow AUTO_APPROVED', '', ''],
  ['always', 'a column: ', 'allow AUTO_APPROVED', '', ''],
  ['always', 'an allowed drop: ', waits, '', ''],
  ['always', 'a drop: ', 'deny FINDINGS_BLOCK', '', ''],
  ['always', 'a policy: ', waits, '', ''],

  // What is no question of approvals.
  ['one', 'a drop: bob approves', 'deny FINDINGS_BLOCK', '', ''],
  ['one', 'an allowed drop: bob approves', approved, 'bob', ''],
  ['open', 'an allowed drop: ', 'deny FINDINGS_BLOCK', '', ''],
  ['one', 'a link: bob approves', 'deny FILES_REFUSED', '', ''],
  ['one', 'a policy: ', waits, '', ''],
  ['one', 'a policy: bob approves', approved, 'bob', ''],
  ['one', 'a policy and a table: bob approves', 'deny POLICY_AND_SQL', '', ''],
  ['nowhere', 'bob approves', 'deny NO_WORKFLOW', '', ''],

  // Wishes.
  ['one', 'bob approves, cat says hold', 'wait HELD', 'bob', ''],
  ['one', 'bob approves, cat says hold, bob says unhold', approved, 'bob', ''],
  ['one', 'bob approves, cat says hold, ann says unhold', 'wait HELD', 'bob', ''],
  ['one', 'bob approves, ann says hold, ann says unhold', approved, 'bob', ''],
  ['one', 'bob approves, eve says hold', approved, 'bob', ''],
  ['one', 'bob approves, dan says hold', approved, 'bob', ''],
  ['one', 'bob approves, fay says cancel', 'deny CANCELLED', 'bob', ''],
  ['one', 'bob approves, fay says cancel, fay says unhold', 'deny CANCELLED', 'bob', ''],
  ['one', 'bob approves, cat says skip', 'deny SKIPPED', 'bob', ''],
  ['one', 'bob approves, ann says skip', approved, 'bob', ''],
  ['one', 'cat pushes other bytes, bob approves, cat says skip', approved, 'bob', ''],
  ['one', 'cat pushes other bytes, bob approves, cat says hold', 'wait HELD', 'bob', ''],
  ['one', 'cat pushes other bytes, bob approves, fay says hold, cat says unhold', 'wait HELD', 'bob', ''],
  ['one', 'eve pushes other bytes, bob approves, eve says cancel', 'deny CANCELLED', 'bob', ''],
  ['owners', 'two tables: bob approves, gil approves, bob says cancel', approved, 'bob, gil', ''],
  ['owners', 'two tables: bob approves, gil approves, bob says skip', 'deny SKIPPED', 'bob, gil', ''],
  ['owners', 'two tables: bob approves, gil approves, gil says skip', approved, 'bob, gil', ''],
  [
    'owners',
    'two tables: bob approves, gil approves, gil says hold, bob says unhold',
    'wait HELD',
    'bob, gil',
    '',
  ],
  ['one', 'bob approves and says hold', 'wait HELD', 'bob', ''],
  ['one', 'bob approves, ann merges, cat says hold', 'wait HELD', 'bob', ''],
  ['one', 'bob approves, cat says hold, cat leaves dba', approved, 'bob', ''],
  ['auto', 'cat says hold', 'wait HELD', '', ''],
  ['open', 'fay says hold, ann merges', 'wait HELD', '', ''],
]
