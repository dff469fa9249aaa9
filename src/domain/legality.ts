import { stageStep } from './change.js'
import type { Opportunity } from './subjects.js'
import type { AssemblyLine, Vocabulary } from './vocabulary.js'

/** Why an account may not make a move, and where it may go from its bin; null where it may. */
export function refuseMove(
  line: AssemblyLine | null,
  from: string,
  to: string,
): { why: string; allowed: string[] } | null {
  if (!line || from === to) return null
  const allowed = allowedFrom(line, from)
  if (allowed.includes(to)) return null
  const where = allowed.length > 0 ? `from there it may go to ${allowed.join(', ')}` : 'there is no move out of it'
  return { why: `No move leads from ${from} to ${to}; ${where}.`, allowed }
}

/** The bins to which an account in `from` may be moved. `any` never means the bins to avoid: those are left by a move that names them. */
export function allowedFrom(line: AssemblyLine, from: string): string[] {
  const avoided = line.bins.get(from)?.group === 'avoid'
  const to = line.allowed
    .filter((move) => (move.from === 'any' ? !avoided : move.from.includes(from)))
    .flatMap((move) => move.to)
  return [...new Set(to)].filter((bin) => bin !== from)
}

/** Must an opportunity of the status say why? Text that is no status needs none. */
export const needsReason = (status: string): boolean => status === 'lost' || status === 'abandoned'

/** Why what a whole `then` leaves behind on an opportunity is not allowed; null where it is. `before` is null for a new one. */
export function refuseOpportunity(
  before: Opportunity | null,
  after: Opportunity,
  missing: readonly string[],
  vocabulary: Vocabulary,
): string | null {
  const pipeline = vocabulary.pipelines.get(after.pipeline)
  const stage = pipeline?.stages.find((s) => s.name === after.stage)
  if (!pipeline || !stage) return `There is no stage ${after.stage} in the pipeline ${after.pipeline}.`
  const moved = before?.stage !== after.stage || before?.status !== after.status || before?.reason !== after.reason
  if (before && !moved) return null
  if (!stage.statuses.includes(after.status)) {
    return `Stage ${after.stage} does not allow the status ${after.status} (only ${stage.statuses.join(', ')}).`
  }
  if (needsReason(after.status) && after.reason === null) {
    return `Status ${after.status} needs a reason.`
  }
  const reasons = pipeline.reasons[after.status]
  if (after.reason !== null && reasons && !reasons.includes(after.reason)) {
    return `"${after.reason}" is no reason for ${after.status} (only ${reasons.join(', ')}).`
  }
  const entered = before?.stage !== after.stage
  if (
    entered &&
    before &&
    pipeline.backwards === 'refused' &&
    stageStep(vocabulary, after.pipeline, before.stage, after.stage).setbacks > 0
  ) {
    return `The pipeline ${pipeline.name} refuses moves back, from ${before.stage} to ${after.stage}.`
  }
  if (entered && missing.length > 0) return `Stage ${after.stage} requires ${missing.join(', ')}.`
  return null
}
