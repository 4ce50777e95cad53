/**
 * Rules of GitHub's that its OpenAPI says in prose only, or not at all. Each was seen to be refused by GitHub or is in
 * the reference of the operation; the schema cannot find any of them.
 */
export function requestLimits(operation: string, body: unknown): readonly string[] {
  if (!isRecord(body)) return []
  if (/(POST|PATCH) \S+\/check-runs/.test(operation)) return checkRunLimits(body)
  if (/^(POST|PATCH) \S+\/issues\/(\{issue_number\}\/comments|comments\/\{comment_id\})$/.test(operation)) {
    return tooLong('body', body.body, commentLimit)
  }
  if (/^POST \S+\/reviews$/.test(operation)) {
    return [...tooLong('body', body.body, commentLimit), ...reviewLimits(body)]
  }
  if (/^(POST|PATCH) \S+\/(pulls|issues)(\/\{\w+\})?$/.test(operation))
    return tooLong('body', body.body, commentLimit)
  return []
}

/** What holds for every webhook that an App gets, whatever its event. */
export function webhookLimits(event: string, action: string | null, payload: unknown): readonly string[] {
  if (!isRecord(payload)) return ['body: expected an object']
  const problems: string[] = []
  if (action !== null && payload.action !== action) {
    problems.push(`action: expected ${action}, got ${String(payload.action)}`)
  }
  if (!isRecord(payload.installation) || typeof payload.installation.id !== 'number') {
    problems.push('installation.id: every delivery to an App names its installation')
  }
  if (event === 'pull_request_review' && isRecord(payload.review)) {
    const state = String(payload.review.state)
    // Upper case in the REST API, lower case here; the schema says only "string".
    // https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request_review
    if (!/^(approved|changes_requested|commented|dismissed)$/.test(state)) {
      problems.push(`review.state: expected a state in lower case, got ${state}`)
    }
  }
  return problems
}

const commentLimit = 65_536
const outputLimit = 65_535
const annotationLimit = 50

function checkRunLimits(body: Readonly<Record<string, unknown>>): readonly string[] {
  const problems: string[] = []
  if ((body.status === 'completed' || 'completed_at' in body) && !('conclusion' in body)) {
    problems.push('conclusion: required where status is completed or completed_at is given')
  }
  if (body.conclusion === 'stale') problems.push('conclusion: only GitHub can set stale')
  if (Array.isArray(body.actions) && body.actions.length > 3) problems.push('actions: at most 3')

  const output = body.output
  if (!isRecord(output)) return problems
  problems.push(...tooLong('output.summary', output.summary, outputLimit))
  problems.push(...tooLong('output.text', output.text, outputLimit))
  const annotations = Array.isArray(output.annotations) ? output.annotations : []
  if (annotations.length > annotationLimit)
    problems.push(`output.annotations: at most ${annotationLimit} a request`)
  annotations.filter(isRecord).forEach((annotation, index) => {
    problems.push(...annotationLimits(`output.annotations.${index}`, annotation))
  })
  return problems
}

function annotationLimits(place: string, annotation: Readonly<Record<string, unknown>>): readonly string[] {
  const { start_line: start, end_line: end, message, title, raw_details: raw } = annotation
  const problems: string[] = []
  if (start !== end && ('start_column' in annotation || 'end_column' in annotation)) {
    problems.push(`${place}: columns only where start_line equals end_line`)
  }
  if (typeof start === 'number' && start < 1) problems.push(`${place}.start_line: lines start at 1`)
  if (typeof start === 'number' && typeof end === 'number' && end < start) {
    problems.push(`${place}.end_line: expected at least start_line`)
  }
  if (typeof message === 'string' && Buffer.byteLength(message) > 65_536)
    problems.push(`${place}.message: above 64 KB`)
  if (typeof raw === 'string' && Buffer.byteLength(raw) > 65_536)
    problems.push(`${place}.raw_details: above 64 KB`)
  if (typeof title === 'string' && title.length > 255) problems.push(`${place}.title: above 255 characters`)
  return problems
}

function reviewLimits(body: Readonly<Record<string, unknown>>): readonly string[] {
  const said = typeof body.body === 'string' && body.body !== ''
  const needs = body.event === 'REQUEST_CHANGES' || body.event === 'COMMENT'
  return needs && !said ? ['body: required where event is REQUEST_CHANGES or COMMENT'] : []
}

function tooLong(place: string, text: unknown, limit: number): readonly string[] {
  // GitHub counts characters, so that a surrogate pair is one.
  const length = typeof text === 'string' ? [...text].length : 0
  return length > limit ? [`${place}: expected at most ${limit} characters, got ${length}`] : []
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
