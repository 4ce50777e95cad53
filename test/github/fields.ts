import { ApiError, invalid } from './api.ts'

type Body = Readonly<Record<string, unknown>>

/** A member of a request body that must be a string. */
export function text(body: Body, key: string, resource: string): string {
  const value = optionalText(body, key, resource)
  if (value === null) throw invalid(resource, `${key} is missing`, key, 'missing_field')
  return value
}

/** Absent and null are both null. */
export function optionalText(body: Body, key: string, resource: string): string | null {
  const value = body[key]
  if (value === undefined || value === null) return null
  if (typeof value !== 'string') throw invalid(resource, `${key} is not a string`, key, 'invalid')
  return value
}

export function oneOf<const T extends string>(
  body: Body,
  key: string,
  allowed: readonly T[],
  resource: string,
): T | null {
  const value = optionalText(body, key, resource)
  if (value === null) return null
  const found = allowed.find((one) => one === value)
  if (!found) throw invalid(resource, `${key} is not one of ${allowed.join(', ')}`, key, 'invalid')
  return found
}

export function flag(body: Body, key: string): boolean {
  return body[key] === true
}

export function list(body: Body, key: string, resource: string): readonly unknown[] | null {
  const value = body[key]
  if (value === undefined || value === null) return null
  if (!Array.isArray(value)) throw invalid(resource, `${key} is not an array`, key, 'invalid')
  return value
}

export function record(value: unknown, resource: string): Body {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(resource, 'expected an object')
  return value as Body
}

export function integer(value: unknown, key: string, resource: string): number {
  if (!Number.isSafeInteger(value)) throw invalid(resource, `${key} is not an integer`, key, 'invalid')
  return Number(value)
}

/** A number from a path. What is not one names nothing. */
export function idOf(value: string | undefined): number {
  if (!/^\d{1,15}$/.test(value ?? '')) throw new ApiError(404, 'Not Found')
  return Number(value)
}
