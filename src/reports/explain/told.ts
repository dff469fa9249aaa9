import type { Finding } from '../../domain/findings.js'
import type { People } from '../../domain/vocabulary.js'
import type { Instant } from '../../lib/instant.js'
import { sayKept } from '../../notices/words.js'
import type { Program } from '../../program/program.js'
import type { LetterRow } from '../../sql/telling.js'
import type { NoticeTold, Told } from '../../store/told.js'
import { sayPerson } from '../words.js'
import { byTurn, nameStep } from './steps.js'

/** Something that was to be told and was not, or not yet, and why. */
export interface Untold {
  at: Instant
  /** `notice`, or how the letter goes: `email`, `message`, `webhook`. */
  what: 'notice' | LetterRow['type']
  /** People, addresses, or the channel. */
  to: string
  step: string
  state: 'kept' | Exclude<LetterRow['state'], 'delivered'>
  /** In sentences. */
  why: string
}

/** Of the last finding (of moves and events: of all there was) what is kept back, withdrawn, dead, uncertain or to be tried again. */
export function untold(
  { notices, letters }: Told,
  finding: Finding | null,
  reader: { program: Program; people: People },
): Untold[] {
  const isMeant = ({ episode }: { episode: string | null }) => finding === null || episode === String(finding.episode)
  return [
    ...notices.filter(isMeant).flatMap((notice) => ofNotice(notice, reader) ?? []),
    ...letters.filter(isMeant).flatMap((letter) => ofLetter(letter, reader.people) ?? []),
  ].sort(byTurn(reader.program.vocabulary.calendar))
}

function ofNotice(notice: NoticeTold, { program, people }: { program: Program; people: People }): Untold | null {
  const { at, step, person, letter, letter_state: state, letter_reason, withdrawn } = notice
  const of = { at, what: 'notice', to: sayPerson(person, people), step } as const
  if (withdrawn !== null) return { ...of, state: 'withdrawn', why: withdrawn }
  if (letter === null) return { ...of, state: 'kept', why: sayKept(notice, program.vocabulary.calendar) }
  return state === null || isFine(state, letter_reason) ? null : { ...of, state, why: letter_reason ?? ON_ITS_WAY }
}

function ofLetter({ at, type, to, channel, step, state, reason }: LetterRow, people: People): Untold | null {
  if (isFine(state, reason)) return null
  const named = (JSON.parse(to) as string[]).map((one) => sayPerson(one, people)).join(', ')
  return {
    at,
    what: type,
    to: named === '' ? (channel ?? '') : named,
    step: step ?? '',
    state,
    why: reason ?? ON_ITS_WAY,
  }
}

const ON_ITS_WAY = 'It is on its way.'

/** Delivered, or on its way without anything having gone wrong. */
const isFine = (state: LetterRow['state'], reason: string | null): state is 'delivered' =>
  state === 'delivered' || (reason === null && (state === 'waiting' || state === 'sending'))

/** In one line: `notice to Dana Ruiz of reminder 2: kept. It waits for its window, until 2026-03-16 08:30.` */
export function sayUntold({ what, to, step, state, why }: Untold): string {
  const of = nameStep(step)
  const said = state === 'kept' ? '' : `${state === 'waiting' ? 'to be tried again' : state}. `
  return `${what} to ${to}${of === undefined ? '' : ` of ${of}`}: ${said}${why}`
}
