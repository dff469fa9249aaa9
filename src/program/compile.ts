import type { Condition } from '../conditions/tree.js'
import { factsFor } from '../facts/table.js'
import { unknownFact } from '../facts/unknown.js'
import type { Complaint, Path } from '../lib/problem.js'
import { type Checking, hintFor } from './checking.js'
import { readHealth } from './health.js'
import { groundDigest, programDigest } from './meaning.js'
import { readMoves } from './moves.js'
import type { Program, Rule } from './program.js'
import { type Draft, readRules, sealed } from './rules.js'
import { readQualification, readScoring } from './scoring.js'
import type { Rules } from './sections/index.js'
import { checkSources } from './sources.js'
import { checkTelling, readGoals, readLimits } from './telling.js'
import { readThresholds } from './thresholds.js'
import { readPlaybooks, readViews } from './views.js'
import { readVocabulary } from './vocabulary.js'
import { wakesOf } from './wakes.js'

/**
 * Compiles merged rules, whose shape is checked, into a program: pure, and the same for the same rules. All problems are
 * reported at once, with their paths; where there is one there is no program. `placeOf` tells where a path stands.
 */
export function compile(
  rules: Rules,
  placeOf: (path: Path) => string | null = () => null,
): { program: Program | null; complaints: Complaint[] } {
  const complaints: Complaint[] = []
  const complain = (complaint: Complaint) => complaints.push(complaint)
  const vocabulary = readVocabulary(rules, complain)
  const base: Checking = {
    rules,
    vocabulary,
    thresholds: new Map(Object.keys(rules.thresholds ?? {}).map((name) => [name, null])),
    channels: new Map(Object.entries(rules.channels ?? {})),
    openPeople: vocabulary.people.size === 0 || Object.values(rules.sources ?? {}).some((source) => source.people),
    complain,
  }
  const checking: Checking = { ...base, thresholds: readThresholds(base) }
  checkRequired(checking)
  const scoring = { account: readScoring(checking, 'account'), opportunity: readScoring(checking, 'opportunity') }
  const qualification = readQualification(checking)
  const health = readHealth(checking)
  const drafts = [...readMoves(checking), ...readRules(checking)]
  const playbooks = readPlaybooks(checking)
  const views = readViews(checking)
  checkTelling(checking)
  const goals = readGoals(checking)
  checkSources(checking)
  const limits = readLimits(checking)
  if (complaints.length > 0) return { program: null, complaints }
  const ordered = inOrder(drafts, groundDigest(rules), placeOf)
  const { sources, channels, notifications, digests } = rules
  const ofOpportunities: Condition[] = [
    ...ordered.filter((rule) => rule.for === 'opportunity').map((rule) => rule.when),
    ...scoring.opportunity.map((line) => line.when),
    ...(qualification ?? []).map((need) => need.met),
    ...(health ? [health.when, ...health.indicators.flatMap((one) => one.rows.map((row) => row.when))] : []),
  ]
  const program: Program = {
    number: 0,
    digest: programDigest(rules),
    vocabulary,
    facts: { opportunity: factsFor('opportunity', vocabulary), account: factsFor('account', vocabulary) },
    rules: ordered,
    scoring,
    qualification,
    health,
    playbooks,
    views,
    goals,
    limits,
    wakes: wakesOf(vocabulary, {
      accounts: scoring.account.length > 0 || ordered.some((rule) => rule.for === 'account' && rule.disabled === null),
      opportunities: ofOpportunities,
      scores: scoring.account.map((line) => line.when),
    }),
    sections: { sources, channels, notifications, digests, goals: rules.goals, thresholds: rules.thresholds },
  }
  return { program, complaints }
}

/** By priority, moves before rules, then as written. */
const inOrder = (drafts: readonly Draft[], ground: string, placeOf: (path: Path) => string | null): Rule[] =>
  drafts.map((draft) => sealed(draft, ground, placeOf(draft.path))).sort((a, b) => b.priority - a.priority)

/** What is reckoned under a program: nobody can fill it in. */
const RECKONED = /^(account\.)?(incomplete|score|qualification|health)($|\.)/

/** What stages and bins require are facts of their own subject that somebody can fill in. */
function checkRequired({ rules, vocabulary, complain }: Checking): void {
  const check = (kind: 'opportunity' | 'account', requires: readonly string[] | undefined, path: Path) => {
    const facts = factsFor(kind, vocabulary)
    for (const [i, name] of (requires ?? []).entries()) {
      if (facts.has(name) && !RECKONED.test(name)) continue
      const hint = facts.has(`fields.${name}`)
        ? `A custom field is written "fields.${name}".`
        : hintFor(name, facts.keys())
      complain({
        path: [...path, 'requires', i],
        message: `There is no fact "${name}" to require.`,
        unknown: unknownFact(name),
        hint,
      })
    }
  }
  for (const [name, pipeline] of Object.entries(rules.pipelines ?? {})) {
    for (const [stage, { requires }] of Object.entries(pipeline.stages)) {
      check('opportunity', requires, ['pipelines', name, 'stages', stage])
    }
  }
  for (const [bin, { requires }] of Object.entries(rules.assembly_line?.bins ?? {})) {
    check('account', requires, ['assembly_line', 'bins', bin])
  }
}
