import { CHANGE_FACTS } from '../domain/change-facts.js'
import { ROLES, STATUSES, type SubjectKind } from '../domain/subjects.js'
import { parseDateFormat } from '../lib/dates.js'
import type { Path } from '../lib/problem.js'
import { parseTemplate } from '../lib/texts.js'
import { type Checking, hintFor } from './checking.js'
import { checkHook } from './hooks.js'
import type { Rules } from './sections/index.js'
import type { Origin } from './sections/sources.js'

type Source = NonNullable<Rules['sources']>[string]

/** Checks what the sources name: stages, bins, fields, kinds. They stay data for the intake. */
export function checkSources(checking: Checking): void {
  for (const [name, source] of Object.entries(checking.rules.sources ?? {})) {
    const path: Path = ['sources', name]
    checkFields('opportunity', source.opportunities?.fields, checking, [...path, 'opportunities', 'fields'])
    checkFields('account', source.accounts?.fields, checking, [...path, 'accounts', 'fields'])
    checkTexts(source, checking, path)
    checkDates(source, checking, path)
    checkValues(source, checking, path)
    checkSubjects(source, checking, path)
    checkHook(source, checking, path)
  }
}

function checkFields(
  kind: SubjectKind,
  fields: Record<string, Origin> | undefined,
  checking: Checking,
  path: Path,
): void {
  const declared = checking.vocabulary.fields[kind]
  for (const [name, origin] of Object.entries(fields ?? {})) {
    const at = [...path, name]
    const field = declared.get(name)
    if (!field) {
      const hint = hintFor(name, declared.keys(), 'The fields are') ?? 'The section "fields" declares them.'
      checking.complain({
        path: at,
        at: 'key',
        message: `There is no custom field "${name}" of an ${kind}.`,
        unknown: { kind: 'field', name },
        hint,
      })
    } else if (field.type === 'choice') checkFixed(origin, field.of, name, checking, at)
  }
}

/** Complains of the fixed values of an origin (`value`, those of `map`, `else`) that are none of the known ones. */
function checkFixed(
  origin: Origin | undefined,
  known: Iterable<string>,
  what: string,
  { complain }: Checking,
  path: Path,
): void {
  const words = [...new Set(known)]
  if (typeof origin !== 'object' || Array.isArray(origin) || words.length === 0) return
  const check = (value: unknown, at: Path) => {
    if (words.includes(String(value))) return
    complain({
      path: at,
      message: `There is no ${what} "${value}".`,
      unknown: { kind: what.split(' ')[0] as string, name: String(value) },
      hint: hintFor(String(value), words, 'It is one of'),
    })
  }
  if ('value' in origin) check(origin.value, [...path, 'value'])
  if (!('column' in origin)) return
  for (const [text, value] of Object.entries(origin.map ?? {})) check(value, [...path, 'map', text])
  if (origin.else !== undefined) check(origin.else, [...path, 'else'])
}

function checkValues(source: Source, checking: Checking, path: Path): void {
  const { pipelines, assemblyLine, touches, otherActivities } = checking.vocabulary
  const { opportunities, accounts, activities, changes, people } = source
  const check = (origin: Origin | undefined, known: Iterable<string>, what: string, ...at: string[]) =>
    checkFixed(origin, known, what, checking, [...path, ...at])
  const pipeline = opportunities?.pipeline
  const fixed = typeof pipeline === 'object' && 'value' in pipeline ? pipelines.get(String(pipeline.value)) : undefined
  const stages = (fixed ? [fixed] : [...pipelines.values()]).flatMap((p) => p.stages.map((stage) => stage.name))
  check(pipeline, pipelines.keys(), 'pipeline', 'opportunities', 'pipeline')
  check(opportunities?.stage, stages, fixed ? `stage of ${fixed.name}` : 'stage', 'opportunities', 'stage')
  check(opportunities?.status, STATUSES, 'status', 'opportunities', 'status')
  check(opportunities?.origin, ['sales', 'marketing'], 'origin', 'opportunities', 'origin')
  check(accounts?.bin, assemblyLine?.bins.keys() ?? [], 'bin', 'accounts', 'bin')
  const fields = Object.values(checking.vocabulary.fields).flatMap((declared) => [...declared.keys()])
  check(changes?.fact, [...CHANGE_FACTS, ...fields.map((name) => `fields.${name}`)], 'fact', 'changes', 'fact')
  check(people?.role, ROLES, 'role', 'people', 'role')
  check(activities?.kind, [...touches, ...otherActivities], 'kind of activity', 'activities', 'kind')
}

/** An activity and a change belong to something. */
function checkSubjects(source: Source, { complain }: Checking, path: Path): void {
  const needs = (kind: 'activities' | 'changes', names: readonly string[]) => {
    const mapped = source[kind] as Record<string, unknown> | undefined
    if (!mapped || names.some((name) => mapped[name] !== undefined)) return
    const message = `"${kind}" needs one of ${names.join(', ')}: what they belong to.`
    complain({ path: [...path, kind], at: 'key', message })
  }
  needs('activities', ['opportunity', 'account', 'contact'])
  needs('changes', ['opportunity', 'account'])
}

/** Forms of dates, of the source and of single columns. */
function checkDates(value: unknown, checking: Checking, path: Path): void {
  if (typeof value !== 'object' || value === null) return
  for (const [key, part] of Object.entries(value)) {
    const isForm = key === 'dates' && (path.length === 2 || 'column' in value)
    if (!isForm) checkDates(part, checking, [...path, key])
    else {
      for (const [i, form] of [part].flat().entries()) {
        const { error } = parseDateFormat(String(form))
        const at = Array.isArray(part) ? [...path, key, i] : [...path, key]
        if (error) checking.complain({ path: at, message: error, hint: 'Such as yyyy-MM-dd or dd.MM.yyyy HH:mm.' })
      }
    }
  }
}

/** Texts over columns must at least be texts; which columns a file has is known only when it comes. */
function checkTexts(value: unknown, checking: Checking, path: Path): void {
  if (typeof value !== 'object' || value === null) return
  for (const [key, part] of Object.entries(value)) {
    if (key === 'text' && typeof part === 'string') {
      const { error, near } = parseTemplate(part)
      const message = `The text cannot be read: ${error}`
      if (error) checking.complain({ path: [...path, key], message, ...(near ? { near } : {}) })
    } else checkTexts(part, checking, [...path, key])
  }
}
