/**
 * Changes after which everything that can be seen is as before, and why. `in` is a part of the line, where the same text
 * stands more than once. One that is not found any more fails the run.
 */
export const alike: readonly {
  readonly file: string
  readonly from: string
  readonly to: string
  readonly in?: string
  readonly why: string
}[] = [
  {
    file: 'decide.ts',
    from: "approval.state === 'APPROVED' && !hands.has(approval.user_id)",
    to: '(!hands.has(approval.user_id))',
    why: 'what is no review is the merge by the author, who is among the hands',
  },
  {
    file: 'approvals.ts',
    from: "role === 'none'",
    to: 'false',
    why: 'none is not in the list of roles either, and has the same place',
  },
  {
    file: 'assign.ts',
    from: 'owned.length === 0',
    to: 'false',
    why: 'no list of files means that CODEOWNERS names nobody, and then nobody fits',
  },
  {
    file: 'assign.ts',
    from: 'index === -1',
    to: 'false',
    why: 'what meets every step was taken before it is compared',
  },
  {
    file: 'entries.ts',
    from: "reason === 'not-a-member' || reason === 'not-an-approver'",
    to: "(reason === 'not-a-member')",
    why: 'it is the reason only where every entry is a user, of whom the same is said',
  },
  {
    file: 'floor.ts',
    from: 'workflow.minApprovals ?? 0',
    to: '(0)',
    why: 'no policy sets it, and a floor is laid on once',
  },
  {
    file: 'wishes.ts',
    from: 'some',
    to: 'every',
    in: 'databaseOf(policy, path).some',
    why: 'a path of no database is the policy, and a change of that comes here never',
  },
  {
    file: 'window.ts',
    from: 'found === null',
    to: 'false',
    in: 'next: null',
    why: 'what is not found is in no freeze, and is the answer',
  },
  {
    file: 'window.ts',
    from: 'from < to',
    to: 'from <= to',
    why: 'the parser takes no window that ends when it begins',
  },
  {
    file: 'window.ts',
    from: 'hour < start + searched',
    to: 'hour <= start + searched',
    why: 'one hour more is looked at, after sixteen days',
  },
]
