import { factInText, RULE_VALUES } from '../actions/values.js'
import { unknownFact } from '../facts/unknown.js'
import { nearest } from '../lib/nearest.js'
import type { Path } from '../lib/problem.js'
import { parseTemplate, type Template } from '../lib/texts.js'
import { aKind, type Scope, shown } from './checking.js'

/** Parses a text over the subject's facts. Null where it complained: it is none, or reads a name that nothing has. */
export function readText(value: unknown, scope: Scope, path: Path): Template | null {
  const { checking, kind, facts } = scope
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    const hint = typeof value === 'object' && value !== null ? 'A text with {{ … }} stands in quotes.' : undefined
    checking.complain({ path, message: `A text is expected here, not ${shown(value)}.`, hint })
    return null
  }
  const { template, error, near } = parseTemplate(String(value))
  if (!template) {
    checking.complain({ path, message: `The text cannot be read: ${error}`, ...(near ? { near } : {}) })
    return null
  }
  const rule: readonly string[] = RULE_VALUES
  const unknown = template.variables.filter((name) => !rule.includes(name) && !factInText(name, kind, facts))
  for (const name of unknown) {
    const near = nearest(name, [...facts.keys(), ...[...facts.keys()].map((fact) => `${kind}.${fact}`), ...rule])
    const hint = near ? { meant: `{{ ${near} }}` } : undefined
    checking.complain({
      path,
      message: `There is nothing called "${name}" to say of ${aKind(kind)}.`,
      unknown: unknownFact(name),
      hint,
    })
  }
  return unknown.length > 0 ? null : template
}
