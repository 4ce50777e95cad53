import type { Needs } from '../api.ts'

const either = (level: 'read' | 'write') => [{ issues: level }, { pull_requests: level }] as const

/** What the operations need. Sources: the "permissions required for GitHub Apps" pages of GitHub's REST docs. */
export const needs = {
  metadata: { app: { metadata: 'read' }, user: 'read' },
  collaborators: { app: { metadata: 'read' }, user: 'read' },
  administration: { app: { administration: 'read' }, user: 'admin' },
  readContents: { app: { contents: 'read' }, user: 'read' },
  writeContents: { app: { contents: 'write' }, user: 'write' },
  readPulls: { app: { pull_requests: 'read' }, user: 'read' },
  /** People with read access may open pull requests and review; the operation looks further. */
  writePulls: { app: { pull_requests: 'write' }, user: 'read' },
  merge: { app: { contents: 'write' }, user: 'write' },
  updateBranch: { app: { pull_requests: 'write', contents: 'write' }, user: 'write' },
  dismiss: { app: { pull_requests: 'write' }, user: 'write' },
  readIssues: { app: either('read'), user: 'read' },
  comment: { app: either('write'), user: 'read' },
  label: { app: either('write'), user: 'triage' },
  readChecks: { app: { checks: 'read' }, user: 'read' },
  writeChecks: { app: { checks: 'write' }, user: 'nobody' },
  rerequest: { app: { checks: 'write' }, user: 'write' },
  /** Which pull requests a commit belongs to. */
  commitPulls: { app: { contents: 'read', pull_requests: 'read' }, user: 'read' },
} as const satisfies Readonly<Record<string, Needs>>
