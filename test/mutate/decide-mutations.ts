export type Mutation = { readonly file: string; readonly from: string; readonly to: string }

const of =
  (file: string) =>
  (from: string, to: string): Mutation => ({ file, from, to })
const decide = of('decide.ts')
const approvals = of('approvals.ts')
const assign = of('assign.ts')
const auto = of('auto-approve.ts')
const facts = of('facts.ts')

/** Each takes one check out of the decision. The text must stand there exactly once. */
export const mutations: readonly Mutation[] = [
  decide('if (problem !== undefined) {', 'if (problem === null) {'),
  decide('if (changesPolicy && Object.keys(facts.files).length > 1) {', 'if (false) {'),
  decide('if (changesPolicy) return', 'if (false) return'),
  decide('if (workflow === null) {', 'if (workflow !== null && false) {'),
  decide('if (!review.made)\n', 'if (false)\n'),
  decide('if (review.blocking > 0) {', 'if (review.blocking > 1) {'),
  decide('if (review.allowed > 0 && workflow.steps.length === 0) {', 'if (false) {'),
  decide('if (held !== undefined) {', 'if (false) {'),
  decide('if (workflow.steps.length === 0) {\n    const sentence', 'if (false) {\n    const sentence'),
  decide('if (unmet !== -1) return', 'if (unmet > 99) return'),
  decide('if (idle.length < spare) {', 'if (false) {'),
  decide('workflow.allowSelfApprove ? 0 : facts.unknownContributors', 'facts.unknownContributors'),
  decide("if (facts.state !== 'merged' && counted", 'if (counted'),
  decide(', workflow.distinctApprovers, ', ', false, '),
  decide('...ownMerge(workflow, facts)]', ']'),
  decide('judged.find((one) => one.holds)', 'judged.find((one) => one.holds && false)'),
  decide(
    'return heed(approved, wishesOf(policy, facts, target))',
    'return heed(judgeApprovals(workflow, facts, now), wishesOf(policy, facts, target))',
  ),
  approvals("if (one.state === 'COMMENTED' || one.state === 'PENDING') continue", ''),
  approvals("const before = one.state === 'APPROVED' ? ", 'const before = true ? '),
  approvals(
    "one.state === 'CHANGES_REQUESTED'\n        ? 'changes-requested'",
    "one.state === 'PENDING'\n        ? 'changes-requested'",
  ),
  approvals(
    "one.state === 'DISMISSED'\n          ? 'dismissed'",
    "one.state === 'PENDING'\n          ? 'dismissed'",
  ),
  approvals('(barred ??\n', '(null ??\n'),
  approvals('reviewFault(one, workflow, facts, now) ??\n', ''),
  approvals(
    "(mayWrite ? eligible(person, workflow, facts) : 'no-write-permission')",
    'eligible(person, workflow, facts)',
  ),
  approvals(
    "(mayWrite ? eligible(person, workflow, facts) : 'no-write-permission')",
    "(mayWrite ? null : 'no-write-permission')",
  ),
  approvals("const holds = last?.state === 'CHANGES_REQUESTED' && ", 'const holds = '),
  approvals("&& person.type === 'User' && mayWrite", '&& mayWrite'),
  approvals("&& person.type === 'User' && mayWrite", "&& person.type === 'User'"),
  approvals("if (!isPerson(person)) return 'bot'", ''),
  approvals("if (person.id === facts.author.id) return 'author'", ''),
  approvals('if (workflow.allowSelfApprove) return null', ''),
  approvals('facts.contributors.find((one) => one.id === person.id)?.as ?? null', 'null'),
  approvals('if (one.files === null || one.commit === null)', 'if (one.files === null)'),
  approvals('if (one.files === null || one.commit === null)', 'if (one.commit === null)'),
  approvals("if (!sameFiles(one.files, facts.files)) return 'older-bytes'", ''),
  approvals("if (Number.isNaN(at)) return 'expired'", ''),
  approvals(
    "if (facts.baseChangedAt !== null && !(at > Date.parse(facts.baseChangedAt))) return 'before-base-change'",
    '',
  ),
  approvals('!(at > Date.parse(facts.baseChangedAt))', 'at < Date.parse(facts.baseChangedAt)'),
  approvals("if (workflow.approvalTtl !== null && now - at > workflow.approvalTtl) return 'expired'", ''),
  approvals('now - at > workflow.approvalTtl', 'now - at >= workflow.approvalTtl'),
  approvals("workflow.requireReason && !one.hasReason ? 'no-reason' : null", 'null'),
  approvals('return person.login.toLowerCase() === entry.name', 'return true'),
  approvals('return person.login.toLowerCase() === entry.name', 'return person.login === entry.name'),
  approvals('facts.standing[person.id]?.teams.includes(entry.name) ?? false', 'true'),
  approvals('return roleRank(facts, person) >= roles.indexOf(entry.name as Role)', 'return true'),
  approvals("if (codeOwners?.found !== 'yes') return false", "if (codeOwners?.found !== 'yes') return true"),
  approvals('one.users.includes(person.login.toLowerCase()) ||', 'true ||'),
  approvals('one.users.includes(person.login.toLowerCase()) ||', ''),
  approvals('one.teams.some((team) => teams.includes(team))', 'one.teams.length > 0'),
  approvals('workflow.allowSelfApprove && merger !== null &&', 'merger !== null &&'),
  approvals('merger.id === facts.author.id && merger', 'merger'),
  approvals("&& merger.type === 'User'", ''),
  approvals('if (!own || workflow.requireReason || ', 'if (!own || '),
  approvals("|| roleRank(facts, facts.author) < roles.indexOf('write')) return []", ') return []'),
  approvals("facts.state === 'merged' ? facts.mergedBy : facts.author", 'facts.author'),
  assign('if (distinct) return', 'if (true) return'),
  assign('if (current === undefined || augment(current, seen)) {', 'if (current === undefined) {'),
  assign('!one.fits(slot.approver, slot.paths)', 'false'),
  assign('return holders.length >= approver.min', 'return holders.length > 0'),
  assign(
    "step.mode === 'all' ? entries.every((one) => one.met) : entries.some((one) => one.met)",
    'entries.some((one) => one.met)',
  ),
  assign(
    "step.mode === 'all' ? entries.every((one) => one.met) : entries.some((one) => one.met)",
    'entries.every((one) => one.met)',
  ),
  assign("step.mode === 'all' ? ways.reduce(product, [[]]) : ways.flat()", 'ways.reduce(product, [[]])'),
  assign('return owned.length > 0 && owned.every(', 'return owned.every('),
  auto('if (autoApprove === null || !short) return decided', 'if (autoApprove === null) return decided'),
  auto("if (allowed > 0) return 'comments allow findings that block'", ''),
  auto("if (autoApprove !== 'always' && !upTo[autoApprove].includes(risk)) {", 'if (false) {'),
  auto("low: ['low'],", "low: ['low', 'medium'],"),
  auto("medium: ['low', 'medium'],", "medium: ['low', 'medium', 'unknown'],"),
  auto("medium: ['low', 'medium'],", "medium: ['low', 'medium', 'high'],"),
  auto('return age <= approvalTtl ? null', 'return age <= Number.MAX_VALUE ? null'),
  facts('paths.length === Object.keys(b).length && ', ''),
  facts('paths.every((path) => a[path] === b[path])', 'true'),
]
