import { stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import {
  ALWAYS,
  askIfMeant,
  formatProblems,
  type Instant,
  loadFolder,
  nearest,
  type OpenOptions,
  openStore,
  PLURAL,
  type Process,
  type Program,
  parseInstant,
  type Rule,
  type RulesFolder,
  type Store,
  type SubjectKind,
  type SubjectRef,
  subjectsCalled,
  type UnknownName,
  unknownPerson,
} from '../index.js'
import { type Call, textOf } from './command.js'
import { CallError, RulesError } from './errors.js'

/** The folder of rules where the call names none. */
export const RULES = 'rules'
const DATABASE = 'sqlite:linewalker.db'
const OUTBOX = 'outbox'

/** The folder of rules: `--rules`, else `rules`. */
export const rulesFolderOf = ({ options }: Call): string => textOf(options, 'rules') ?? RULES

/** Where emails go while no SMTP server is named; loop and serve take it. */
export const OUTBOX_OPTION = {
  flags: '--outbox <dir>',
  says: `where emails go while no SMTP server is named (default: "${OUTBOX}")`,
}
/** The folder that `--outbox` names, else `outbox`. */
export const outboxOf = ({ options }: Call): string => textOf(options, 'outbox') ?? OUTBOX

/** Reads the folder that the call names. Throws a CallError where there is none, or nothing in it. */
export async function readRules(call: Call, named?: string): Promise<RulesFolder & { dir: string }> {
  const dir = named ?? rulesFolderOf(call)
  const found = await stat(dir).catch(() => null)
  if (!found)
    throw new CallError(
      `There is no folder ${dir}.`,
      'Run "linewalker init" to write a starter, or name another folder with --rules.',
    )
  if (!found.isDirectory())
    throw new CallError(`${dir} is a file, not a folder of rules.`, 'Name the folder it stands in with --rules.')
  const folder = await loadFolder(dir)
  if (folder.files.length === 0) {
    throw new CallError(
      `There is no rules file (*.yaml) in ${dir}.`,
      'Run "linewalker init" to write a starter, or name another folder with --rules.',
    )
  }
  return { ...folder, dir }
}

/** The program of the rules folder. Problems are printed, then a RulesError ends the call. */
export const programOf = (call: Call): Promise<Program> => programIn(call)

/** The program of the rules folder, or of another one that the call names. */
export async function programIn(call: Call, named?: string): Promise<Program> {
  const { program, problems, dir } = await readRules(call, named)
  if (program) return program
  if (call.json) call.output.out(`${formatProblems(problems, [], 'json')}\n`)
  else {
    call.output.err(`${formatProblems(problems, [], 'text')}\n`)
    call.output.err(
      `The rules in ${dir} have ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}; nothing was done.\n`,
    )
  }
  throw new RulesError(problems)
}

/** The instant of the call: `--at` as ISO 8601 or a date in the calendar's zone, else now. */
export function instantOf(call: Call, program: Program): Instant {
  return instantIn(call, 'at', program) ?? call.clock()
}

/** The instant of an option, by the calendar of the rules; undefined where it was not given. */
export function instantIn({ options }: Call, option: string, { vocabulary }: Program): Instant | undefined {
  const text = textOf(options, option)
  if (text === undefined) return undefined
  const read = parseInstant(text, vocabulary.calendar)
  if (read === undefined)
    throw new CallError(`"${text}" is no instant.`, `Write --${option} 2026-03-31, or --${option} 2026-03-31T09:00.`)
  return read
}

/** The URL of the database: `--db`, else DATABASE_URL unless that is empty, else the file beside the rules. */
export const databaseOf = ({ options, env }: Call): string =>
  textOf(options, 'db') ?? (env.DATABASE_URL?.trim() || DATABASE)

/** Does something with the store and closes it, whatever comes of it. */
export async function withStore<T>(call: Call, options: OpenOptions, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(databaseOf(call), options)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/** Program, instant and store of a command that only reads. */
export async function reading(
  call: Call,
  work: (store: Store, program: Program, now: Instant) => Promise<number>,
): Promise<number> {
  const program = await programOf(call)
  const now = instantOf(call, program)
  call.onInterrupt(async () => undefined, { says: 'Nothing was changed.' })
  return withStore(call, { readOnly: true }, (store) => work(store, program, now))
}

/** Program, instant and store of a command that writes; an absent or empty database is set up. */
export async function writing(
  call: Call,
  work: (store: Store, program: Program, now: Instant) => Promise<number>,
): Promise<number> {
  const program = await programOf(call)
  const now = instantOf(call, program)
  return withStore(call, { create: true, now }, (store) => work(store, program, now))
}

/** Who this process is to others that use the same database. */
export const processNamed = (command: string): Omit<Process, 'clock'> => ({
  id: `${hostname()}:${process.pid}`,
  command: `linewalker ${command}`,
})

/** The same with its clock; what it holds is given up on Ctrl-C. */
export function processOf(call: Call, store: Store, command: string): Process {
  const process_ = { ...processNamed(command), clock: call.clock() }
  call.onInterrupt(() => store.release(process_))
  return process_
}

const guess = (name: string, names: Iterable<string>): string | null => {
  const meant = nearest(name, names)
  return meant === undefined ? null : askIfMeant(meant)
}

/** The rule or move of that name. */
export function ruleNamed(program: Program, name: string): Rule {
  const rule = program.rules.find(({ id }) => id === name)
  if (rule) return rule
  const names = program.rules.map(({ id }) => id)
  const some = `${names.slice(0, 12).join(', ')}${names.length > 12 ? ', …' : ''}`
  const there = names.length === 0 ? 'The rules declare none.' : `There is ${some}.`
  throw new CallError(`There is no rule "${name}".`, guess(name, names) ?? begun(name, names) ?? there)
}

/** Of a name that was broken off, or named by its middle, those that it may be; null where none may, or too many. */
function begun(name: string, names: readonly string[]): string | null {
  const part = name.toLowerCase()
  const starting = names.filter((one) => one.startsWith(part))
  const meant = starting.length > 0 ? starting : names.filter((one) => one.includes(part))
  if (part.length < 3 || meant.length === 0 || meant.length > 5) return null
  return `Did you mean ${meant.map((one) => `"${one}"`).join(' or ')}?`
}

/** Throws a CallError where a check says that nobody knows the name; `what` it is: `person`. */
export function demandKnown(what: string, unknown: UnknownName | null): void {
  if (unknown === null) return
  const { name, nearest: meant } = unknown
  throw new CallError(`There is no ${what} "${name}".`, meant === undefined ? null : askIfMeant(meant))
}

/** The person of the option `--owner`, whom somebody must know: a slip of the pen would list nothing. Undefined where it was not given. */
export async function ownerOf({ options }: Call, store: Store, program: Program): Promise<string | undefined> {
  const owner = textOf(options, 'owner')
  if (owner !== undefined) demandKnown('person', await unknownPerson(store, program, owner))
  return owner
}

/** Something of the rules by name. */
export function named<T>(what: string, name: string, all: ReadonlyMap<string, T>): T {
  const found = all.get(name)
  if (found !== undefined) return found
  const there = all.size === 0 ? 'The rules declare none.' : `There is ${[...all.keys()].join(', ')}.`
  throw new CallError(`There is no ${what} "${name}".`, guess(name, all.keys()) ?? there)
}

/** `acme`, `account:acme` or `opportunity:acme`; where an id alone is both, `kind` or the caller decides. */
export async function subjectNamed(
  store: Store,
  program: Program,
  text: string,
  kind?: SubjectKind,
): Promise<SubjectRef> {
  const [, said, rest] = /^(account|opportunity):(.+)$/s.exec(text) ?? []
  const id = rest ?? text
  const kinds = await store.findSubject(id)
  const wanted = (said as SubjectKind | undefined) ?? kind
  if (said !== undefined && kind !== undefined && said !== kind) {
    throw new CallError(`The rule is for ${PLURAL[kind]}, and ${id} was named as an ${said}.`)
  }
  if (wanted !== undefined && kinds.includes(wanted)) return { kind: wanted, id }
  if (wanted === undefined && kinds.length > 1) {
    throw new CallError(`${id} is both an opportunity and an account.`, `Write opportunity:${id} or account:${id}.`)
  }
  const [only] = kinds
  if (wanted === undefined && only) return { kind: only, id }
  if (wanted !== undefined && only) throw new CallError(`${id} is an ${only}, and the rule is for ${PLURAL[wanted]}.`)
  const near = nearest(id, await allIds(store, program, wanted))
  throw new CallError(
    `There is no ${wanted ?? 'opportunity or account'} "${id}".`,
    near === undefined ? await byName(store, program, id, wanted) : askIfMeant(near),
  )
}

/** The next step for whoever gave a name in place of an id. */
async function byName(store: Store, program: Program, name: string, wanted?: SubjectKind): Promise<string> {
  const called = await subjectsCalled(store, program, name, wanted)
  const [only] = called
  if (only && called.length === 1) return `"${name}" is the name of the ${only.kind} ${only.id}: give its id.`
  if (only) return `${called.length} are called "${name}": give the id of one of them, such as ${only.id}.`
  return 'An id is meant, as the source has it, not a name.'
}

async function allIds(store: Store, { vocabulary }: Program, wanted?: SubjectKind): Promise<string[]> {
  const ask = (subject: SubjectKind) =>
    store.idsWhere({ subject, when: ALWAYS, now: 0, vocabulary, people: vocabulary.people })
  const kinds: SubjectKind[] = wanted ? [wanted] : ['opportunity', 'account']
  return (await Promise.all(kinds.map(ask))).flat()
}
