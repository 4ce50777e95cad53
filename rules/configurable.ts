import { catalog } from './catalog.ts'

/** The ids of the rules whose severity a policy may set; the others always block. */
export const configurableRules: readonly string[] = catalog
  .filter((rule) => !rule.fixed)
  .map((rule) => rule.id)
