export const workflowPath = '.github/workflows/dbward.yml'

/** Stands where a commit of the Action belongs: which one to trust is for people to say. */
export const actionPlaceholder = 'OWNER/dbward@COMMIT'

/** The workflow that reviews the migrations of a pull request. It reads the repository, and may do nothing else. */
export function workflowText(action: string = actionPlaceholder): string {
  const explained = action === actionPlaceholder ? placeholderLines : ''
  return `# Reviews the migrations of a pull request and shows what it finds on their lines. No server, and no secret.
name: dbward
on:
  pull_request:
    # edited: another base branch has another policy.
    types: [opened, synchronize, reopened, edited]
permissions:
  contents: read
jobs:
  review:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
        with:
          fetch-depth: 0
          persist-credentials: false
${explained}      - uses: ${action}
        with:
          mode: review
`
}

const placeholderLines = `      # Put the repository of dbward for OWNER/dbward, and for COMMIT the full id (40 hex digits) of the commit of the
      # release that you looked at: a tag can be moved to other code, a commit cannot. Until then this job fails.
`
