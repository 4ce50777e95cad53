import { ApiError, invalid } from './api.ts'
import { integer, list, oneOf, optionalText, record, text } from './fields.ts'
import type { Annotation, CheckRun, Conclusion } from './world.ts'

type Body = Readonly<Record<string, unknown>>

export type CheckFields = Partial<
  Pick<
    CheckRun,
    | 'externalId'
    | 'detailsUrl'
    | 'status'
    | 'conclusion'
    | 'startedAt'
    | 'completedAt'
    | 'title'
    | 'summary'
    | 'text'
    | 'actions'
  >
> & { readonly annotations: readonly Annotation[] }

const STATUSES = ['queued', 'in_progress', 'completed'] as const
const CONCLUSIONS: readonly Conclusion[] = [
  'action_required',
  'cancelled',
  'failure',
  'neutral',
  'success',
  'skipped',
  'timed_out',
]
const LONGEST_TEXT = 65_535
const MOST_ANNOTATIONS = 50
const MOST_ACTIONS = 3

/**
 * What a create or an update sets on a check run; only what is given is in the result.
 *
 * https://docs.github.com/en/rest/checks/runs
 */
export function checkFields(body: Body, now: Date): CheckFields {
  const externalId = optionalText(body, 'external_id', 'CheckRun')
  const detailsUrl = optionalText(body, 'details_url', 'CheckRun')
  const startedAt = optionalText(body, 'started_at', 'CheckRun')
  const actions = list(body, 'actions', 'CheckRun')
  return {
    ...(externalId === null ? {} : { externalId }),
    ...(detailsUrl === null ? {} : { detailsUrl }),
    ...(startedAt === null ? {} : { startedAt: new Date(startedAt) }),
    ...(actions ? { actions: buttons(actions) } : {}),
    ...progress(body, now),
    ...output(body),
  }
}

function progress(body: Body, now: Date): Pick<CheckFields, 'status' | 'conclusion' | 'completedAt'> {
  const status = oneOf(body, 'status', STATUSES, 'CheckRun')
  const conclusion = oneOf(body, 'conclusion', CONCLUSIONS, 'CheckRun')
  const completedAt = optionalText(body, 'completed_at', 'CheckRun')
  if (status === 'completed' && !conclusion) {
    throw invalid(
      'CheckRun',
      'conclusion is required when status is completed',
      'conclusion',
      'missing_field',
    )
  }
  // A conclusion completes a run, whatever status comes with it.
  if (conclusion) {
    return { status: 'completed', conclusion, completedAt: completedAt ? new Date(completedAt) : now }
  }
  return status ? { status } : {}
}

function output(body: Body): Pick<CheckFields, 'title' | 'summary' | 'text' | 'annotations'> {
  if (body.output === undefined || body.output === null) return { annotations: [] }
  const given = record(body.output, 'CheckRun')
  const annotations = list(given, 'annotations', 'CheckRun') ?? []
  if (annotations.length > MOST_ANNOTATIONS) {
    throw new ApiError(
      422,
      `Invalid request.\n\nNo more than ${MOST_ANNOTATIONS} items are allowed; ${annotations.length} were supplied.`,
    )
  }
  const title = optionalText(given, 'title', 'CheckRun')
  return {
    ...(title === null ? {} : { title }),
    summary: limited(text(given, 'summary', 'CheckRun'), 'summary', LONGEST_TEXT),
    ...(given.text === undefined || given.text === null
      ? {}
      : { text: limited(text(given, 'text', 'CheckRun'), 'text', LONGEST_TEXT) }),
    annotations: annotations.map(annotation),
  }
}

function annotation(value: unknown): Annotation {
  const given = record(value, 'CheckAnnotation')
  const level = oneOf(given, 'annotation_level', ['notice', 'warning', 'failure'], 'CheckAnnotation')
  if (!level)
    throw invalid('CheckAnnotation', 'annotation_level is missing', 'annotation_level', 'missing_field')
  const startLine = integer(given.start_line, 'start_line', 'CheckAnnotation')
  const endLine = integer(given.end_line, 'end_line', 'CheckAnnotation')
  const startColumn = optionalInteger(given, 'start_column')
  const endColumn = optionalInteger(given, 'end_column')
  if (endLine < startLine) throw invalid('CheckAnnotation', 'end_line is before start_line', 'end_line')
  if (startLine !== endLine && (startColumn !== null || endColumn !== null)) {
    throw invalid('CheckAnnotation', 'columns need start_line and end_line to be the same', 'start_column')
  }
  const title = optionalText(given, 'title', 'CheckAnnotation')
  const details = optionalText(given, 'raw_details', 'CheckAnnotation')
  return {
    path: text(given, 'path', 'CheckAnnotation'),
    start_line: startLine,
    end_line: endLine,
    start_column: startColumn,
    end_column: endColumn,
    annotation_level: level,
    message: limited(text(given, 'message', 'CheckAnnotation'), 'message', 64 * 1024),
    title: title === null ? null : limited(title, 'title', 255),
    raw_details: details === null ? null : limited(details, 'raw_details', 64 * 1024),
  }
}

function buttons(given: readonly unknown[]): CheckRun['actions'] {
  if (given.length > MOST_ACTIONS) {
    throw new ApiError(
      422,
      `Invalid request.\n\nNo more than ${MOST_ACTIONS} items are allowed; ${given.length} were supplied.`,
    )
  }
  return given.map((value) => {
    const action = record(value, 'CheckRun')
    return {
      label: limited(text(action, 'label', 'CheckRun'), 'label', 20),
      description: limited(text(action, 'description', 'CheckRun'), 'description', 40),
      identifier: limited(text(action, 'identifier', 'CheckRun'), 'identifier', 20),
    }
  })
}

function optionalInteger(given: Body, key: string): number | null {
  const value = given[key]
  return value === undefined || value === null ? null : integer(value, key, 'CheckAnnotation')
}

function limited(value: string, field: string, most: number): string {
  if (value.length > most) {
    throw new ApiError(
      422,
      `Invalid request.\n\nOnly ${most} characters are allowed; ${value.length} were supplied.`,
      {
        errors: [{ resource: 'CheckRun', field, code: 'invalid' }],
      },
    )
  }
  return value
}
