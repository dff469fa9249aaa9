/**
 * Linewalker as a library: load and check rules, open a store, bring data in, plan, apply, and ask what the store knows. The
 * command line uses nothing else. `docs/library.md` walks through it with an example that runs.
 */
// biome-ignore-all assist/source/organizeImports: they are grouped by whom they are for.

// What docs/library.md documents.
export { apply, approve, baseline, loadFolder, planNow, record } from './app.js'
export { formatProblems } from './config/formats.js'
export { loadRules } from './config/load.js'
export { projectSchema } from './config/project-schema.js'
export { publishedSchema } from './config/schema.js'
export { importFile } from './intake/import-file.js'
export { rejectedFile } from './intake/rejected.js'
export { parseInstant } from './lib/calendar.js'
export { explain } from './reports/explain/explain.js'
export { draw } from './reports/graph.js'
export { readHealth } from './reports/health.js'
export { planJson } from './reports/plan-json.js'
export { readView } from './reports/views.js'
export { ProgramHeldError, ProgramMovedError, StoppedError, StoreError } from './store/errors.js'
export { openStore } from './store/open.js'

// What that takes and gives.
export type { Applied, ReleaseRequest, RulesFolder } from './app.js'
export type { Format } from './config/formats.js'
export type { Loaded } from './config/load.js'
export type { Effect, HistoryEntry } from './domain/effects.js'
export type { Finding, FindingRef, Hold, Key, Task } from './domain/findings.js'
export type { RecordKind, Taken } from './domain/incoming.js'
export type { Account, Opportunity, Person, SubjectKind, SubjectRef } from './domain/subjects.js'
export type { People } from './domain/vocabulary.js'
export type { FamilyPlan, HeldRule, Intent, Overruled, Plan, Totals } from './engine/plan.js'
export type { Permission, Watching } from './engine/run.js'
export type { Snapshot } from './facts/fact.js'
export type { ImportReport, ImportRequest } from './intake/import-file.js'
export type { Said } from './intake/record.js'
export type { Calendar } from './lib/calendar.js'
export type { Instant } from './lib/instant.js'
export type { Place, Problem } from './lib/problem.js'
export type { Program, Rule, View } from './program/program.js'
export type { Explanation } from './reports/explain/explain.js'
export type { Drawing } from './reports/graph.js'
export type { GroupedBy, HealthReport } from './reports/health.js'
export type { PlanJson } from './reports/plan-json.js'
export type { OpenOptions } from './store/connections.js'
export type { Process } from './store/in-force.js'
export type { Store } from './store/store.js'

// For the command line; nobody is promised that it stays.
export { analyse } from './analysis/analyse.js'
export { KINDS as WARNING_KINDS } from './analysis/kinds/index.js'
export { goRound, logEvents, openHttpGuard, openLoop, serve, underStore } from './app.js'
export { backtestHtml, runBacktest } from './backtest.js'
export { ALWAYS } from './conditions/tree.js'
export { FORMATS } from './config/formats.js'
export { inOrder, isRulesFile, isTestFile } from './config/load.js'
export { loadTests } from './config/tests.js'
export {
  FINDING_STATES,
  findingKey,
  LIVING_STATES,
  printKey,
  SEVERITIES,
  type Severity,
  type SnoozeEnd,
} from './domain/findings.js'
export { readStep } from './domain/steps.js'
export { PLURAL } from './domain/subjects.js'
export { peopleUnder } from './engine/snapshots.js'
export { takeWaitingHooks } from './intake/hooks/take-waiting.js'
export { DEFAULT_CALENDAR, formatInstant, makeCalendar } from './lib/calendar.js'
export { DAY } from './lib/civil.js'
export { canonical } from './lib/digest.js'
export { askIfMeant, nearest } from './lib/nearest.js'
export { parseSpan } from './lib/span.js'
export { defaultEnd, type Matchers, sayMatchers, type Silence } from './notices/silences.js'
export { RECORD_KINDS } from './program/sections/sources.js'
export { percentOf, type RuleCoverage } from './replay/coverage.js'
export { runTests, type TestOutcome } from './replay/run-test.js'
export { type SaidLine, sayFailedLine } from './replay/test-words.js'
export { sayAfterDone } from './reports/after-done.js'
export type { BacktestReport } from './reports/backtest/backtest.js'
export { changesTable, verdictsTable } from './reports/backtest/changes-words.js'
export type { BacktestChange } from './reports/backtest/changes.js'
export { backtestJson } from './reports/backtest/json.js'
export {
  actsTable,
  backtestTable,
  headBacktest,
  markdownTable,
  sayBacktest,
  sayChanges,
  UNKNOWABLE,
} from './reports/backtest/words.js'
export { subjectsCalled } from './reports/called.js'
export { sayUntold } from './reports/explain/told.js'
export { explanationJson, headline, treeLines } from './reports/explain/words.js'
export { DRAWINGS, sayMoves } from './reports/graph.js'
export { GROUPED_BY, groupsTable, levelsTable, worstTable } from './reports/health.js'
export { hooksTable } from './reports/hooks.js'
export {
  findingJson,
  healthJson,
  historyEntryJson,
  letterJson,
  noticeJson,
  silenceJson,
  taskJson,
  viewJson,
} from './reports/json.js'
export { type UnknownName, unknownPerson, unknownRule } from './reports/known-names.js'
export { findingName, findingsTable, historyTable, inOrderOfTime, lettersTable, tasksTable } from './reports/lists.js'
export { appliedJson, intentsJson } from './reports/plan-json.js'
export { byRule, digestPlan, type PlannedRule } from './reports/plan-words.js'
export { readScorecards } from './reports/scorecard/scorecard.js'
export { sayScorecards, scorecardsTable } from './reports/scorecard/words.js'
export { sayCensored, suggest, type Suggested, SUGGESTED, suggestionsTables } from './reports/suggest/suggest.js'
export { suggestionsYaml } from './reports/suggest/yaml.js'
export { cell, type Table, type Tone } from './reports/table.js'
export { UNKNOWN_VALUE, unknownValues } from './reports/unknown-values.js'
export { viewTable } from './reports/views.js'
export { sayWitness } from './reports/witness-words.js'
export {
  count as sayCount,
  sayAsOf,
  sayEffect,
  sayInstant,
  sayKinds,
  sayOverruled,
  sayPast,
  saySubject,
} from './reports/words.js'
export type { LoopEvent } from './scheduler/events.js'
export { watchRules } from './scheduler/watch.js'
export { makeToken } from './server/access/tokens.js'
export { SCOPES } from './server/caller.js'
export { ListenError } from './server/listen-error.js'
export { HOOK_STATES, type HookEventRow, type HookState } from './sql/hooks.js'
export type { Token } from './store/access.js'
export { backUp, restore } from './store/backup.js'
export { keys } from './store/rows.js'
