import { z } from 'zod'
import type { LeftOut } from '../domain/effects.js'
import { needsReason } from '../domain/legality.js'
import { STATUSES } from '../domain/subjects.js'
import { nearest } from '../lib/nearest.js'
import type { Hint } from '../lib/problem.js'
import { defineAction } from './define.js'
import { words } from './options.js'
import { chosen, readWho } from './who.js'

const meantOf = (word: string, known: Iterable<string>): Hint | undefined => {
  const near = nearest(word, known)
  return near === undefined ? undefined : { meant: near }
}

export const leftOut = (action: string, why: string): LeftOut => ({ kind: 'left_out', action, why })

/** Ends or reopens an opportunity. Which statuses a stage allows is judged on what the whole `then` leaves behind. */
export const setStatus = defineAction({
  name: 'set_status',
  for: ['opportunity'],
  summary: 'Sets the status of the opportunity: open, won, lost or abandoned.',
  options: z.strictObject({ to: z.enum(STATUSES), reason: words.optional() }),
  short: 'to',
  example: '{ set_status: { to: lost, reason: no-decision } }',
  compile({ to, reason: given }, check, path) {
    const reason = given === undefined ? null : String(given)
    if (reason === null && needsReason(to)) {
      check.complain({ path, message: `set_status to ${to} needs a "reason".` })
      return null
    }
    const lists = [...check.vocabulary.pipelines.values()].map((pipeline) => pipeline.reasons[to])
    const known = new Set(lists.flatMap((list) => list ?? []))
    if (reason !== null && lists.length > 0 && lists.every((list) => list) && !known.has(reason)) {
      check.complain({
        path: [...path, 'reason'],
        message: `"${reason}" is no reason for ${to}.`,
        unknown: { kind: 'reason', name: reason },
        hint: meantOf(reason, known) ?? `It is one of ${[...known].join(', ')}.`,
      })
      return null
    }
    return ({ subject, snapshot: { opportunity } }) => {
      if (!opportunity) return []
      const same = opportunity.status === to && (reason === null || opportunity.reason === reason)
      return same ? [] : [{ kind: 'set_status', subject, from: opportunity.status, to, reason }]
    }
  },
})

/** Moves the opportunity to another stage of its own pipeline. Plans nothing when it is already there. */
export const moveStage = defineAction({
  name: 'move_stage',
  for: ['opportunity'],
  summary: 'Moves the opportunity to a stage of its own pipeline.',
  options: z.strictObject({ to: words }),
  short: 'to',
  example: '{ move_stage: closed }',
  compile({ to: written }, check, path) {
    const to = String(written)
    const { pipelines } = check.vocabulary
    const known = [...pipelines.values()].flatMap((pipeline) => pipeline.stages.map((stage) => stage.name))
    if (pipelines.size > 0 && !known.includes(to)) {
      check.complain({
        path: [...path, 'to'],
        message: `There is no stage "${to}" in any pipeline.`,
        unknown: { kind: 'stage', name: to },
        hint: meantOf(to, known) ?? `The stages are ${[...new Set(known)].join(', ')}.`,
      })
      return null
    }
    return ({ subject, snapshot: { opportunity } }) => {
      if (!opportunity || opportunity.stage === to) return []
      const pipeline = pipelines.get(opportunity.pipeline)
      if (pipeline && !pipeline.stages.some((stage) => stage.name === to)) {
        return [leftOut('move_stage', `The pipeline ${opportunity.pipeline} has no stage ${to}.`)]
      }
      return [{ kind: 'move_stage', subject, from: opportunity.stage, to }]
    }
  },
})

/** Moves the account, or the opportunity's account, to another bin. Whether a move leads there is judged by the planner. */
export const moveBin = defineAction({
  name: 'move_bin',
  for: ['account', 'opportunity'],
  summary: "Moves the account, or the opportunity's account, to a bin of the assembly line.",
  options: z.strictObject({ to: words }),
  short: 'to',
  example: '{ move_bin: check-back }',
  compile({ to: written }, check, path) {
    const to = String(written)
    const line = check.vocabulary.assemblyLine
    if (!line?.bins.has(to)) {
      const bins = [...(line?.bins.keys() ?? [])]
      check.complain({
        path: [...path, 'to'],
        message: line ? `There is no bin "${to}".` : 'There are no bins: the section "assembly_line" declares them.',
        unknown: { kind: 'bin', name: to },
        hint: line ? (meantOf(to, bins) ?? `The bins are ${bins.join(', ')}.`) : undefined,
      })
      return null
    }
    return ({ snapshot: { account } }) => {
      if (!account) return [leftOut('move_bin', 'The opportunity has no account.')]
      if (account.bin === to) return []
      return [{ kind: 'move_bin', subject: { kind: 'account', id: account.id }, from: account.bin, to }]
    }
  },
})

/** Gives the subject another owner. Plans nothing when that person owns it already. */
export const assign = defineAction({
  name: 'assign',
  for: ['opportunity', 'account'],
  summary: 'Makes somebody the owner; of a team one active member in turn.',
  options: z.strictObject({ to: words }),
  short: 'to',
  example: '{ assign: manager }',
  compile({ to }, check, path) {
    const who = readWho(to, check, [...path, 'to'])
    if (!who) return null
    return (context) => {
      const { subject, snapshot } = context
      const { person, why } = chosen(who, context)
      if (person === null) return [leftOut('assign', why)]
      const from = (snapshot.opportunity ?? snapshot.account)?.owner ?? null
      return from === person ? [] : [{ kind: 'assign', subject, from, to: person }]
    }
  },
})
