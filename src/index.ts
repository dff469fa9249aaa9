/**
 * Linewalker as a library: load and check rules, open a store, bring data in, plan, apply, and ask what the store knows. The
 * command line uses nothing else. `docs/library.md` walks through it with an example that runs.
 */
// What people read, and what the command line needs beside.
export { analyse } from './analysis/analyse.js'
export type { Warning } from './analysis/warning.js'
export {
  type Applied,
  apply,
  approve,
  baseline,
  goRound,
  loadFolder,
  logEvents,
  openHttpGuard,
  openLoop,
  planNow,
  type RulesFolder,
  record,
  type ServeRequest,
  serve,
  underStore,
} from './app.js'
export { type BacktestRequest, backtestHtml, runBacktest } from './backtest.js'
export { ALWAYS } from './conditions/tree.js'
export { FORMATS, type Format, formatProblems } from './config/formats.js'
export { inOrder, isRulesFile, isTestFile, type Loaded, loadRules } from './config/load.js'
export { projectSchema } from './config/project-schema.js'
export { publishedSchema } from './config/schema.js'
export { loadTests } from './config/tests.js'
export type { Effect, HistoryEntry } from './domain/effects.js'
export type { Finding, FindingRef, Hold, Key, Task } from './domain/findings.js'
export {
  FINDING_STATES,
  findingKey,
  LIVING_STATES,
  printKey,
  SEVERITIES,
  type Severity,
  type SnoozeEnd,
} from './domain/findings.js'
export type { RecordKind, Taken } from './domain/incoming.js'
export { readStep } from './domain/steps.js'
export type { Account, Level, Opportunity, Person, Status, SubjectKind, SubjectRef } from './domain/subjects.js'
export type { People } from './domain/vocabulary.js'
export {
  digestOf,
  type FamilyPlan,
  type HeldRule,
  type Intent,
  type Overruled,
  type Plan,
  type Totals,
} from './engine/plan.js'
export type { Permission, Watching } from './engine/run.js'
export { peopleUnder } from './engine/snapshots.js'
export type { Snapshot } from './facts/fact.js'
export { takeWaitingHooks } from './intake/hooks/take-waiting.js'
export { type ImportReport, type ImportRequest, importFile } from './intake/import-file.js'
export type { Said } from './intake/record.js'
export { rejectedFile } from './intake/rejected.js'
export { type Calendar, DEFAULT_CALENDAR, formatInstant, makeCalendar, parseInstant } from './lib/calendar.js'
export { DAY } from './lib/civil.js'
export { canonical } from './lib/digest.js'
export type { CivilDate, Instant } from './lib/instant.js'
export { askIfMeant, nearest } from './lib/nearest.js'
export type { Place, Problem } from './lib/problem.js'
export { parseSpan } from './lib/span.js'
export { defaultEnd, type Matchers, type Silence, sayMatchers } from './notices/silences.js'
export type { Program, Rule, View } from './program/program.js'
export { RECORD_KINDS } from './program/sections/sources.js'
export { percentOf, type RuleCoverage } from './replay/coverage.js'
export { runTests, type TestOutcome, type TestRun } from './replay/run-test.js'
export { type SaidLine, sayFailedLine } from './replay/test-words.js'
export { sayAfterDone } from './reports/after-done.js'
export type { BacktestReport, RuleBacktest } from './reports/backtest/backtest.js'
export type { BacktestChange } from './reports/backtest/changes.js'
export { changesTable } from './reports/backtest/changes-words.js'
export { backtestJson } from './reports/backtest/json.js'
export {
  actsTable,
  backtestTable,
  headBacktest,
  markdownTable,
  sayBacktest,
  UNKNOWABLE,
} from './reports/backtest/words.js'
export { subjectsCalled } from './reports/called.js'
export { type Explanation, explain } from './reports/explain/explain.js'
export { sayUntold } from './reports/explain/told.js'
export { explanationJson, headline, sayHeldBack, treeLines } from './reports/explain/words.js'
export { DRAWINGS, type Drawing, draw, sayMoves } from './reports/graph.js'
export {
  GROUPED_BY,
  type GroupedBy,
  groupsTable,
  type HealthReport,
  levelsTable,
  readHealth,
  worstTable,
} from './reports/health.js'
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
export { appliedJson, intentsJson, type PlanJson, planJson } from './reports/plan-json.js'
export { byRule, digestPlan, type PlannedRule } from './reports/plan-words.js'
export { readScorecards, type Scorecard } from './reports/scorecard/scorecard.js'
export { sayScorecards, scorecardsTable } from './reports/scorecard/words.js'
export {
  SUGGESTED,
  type Suggested,
  type Suggestion,
  sayCensored,
  suggest,
  suggestionsTable,
} from './reports/suggest/suggest.js'
export { suggestionsYaml } from './reports/suggest/yaml.js'
export { cell, type Table, type Tone } from './reports/table.js'
export { unknownValues } from './reports/unknown-values.js'
export { readView, viewTable } from './reports/views.js'
export { sayWitness } from './reports/witness-words.js'
export {
  count as sayCount,
  plainValue,
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
export type { OpenOptions } from './store/connections.js'
export { ProgramHeldError, ProgramMovedError, StoppedError, StoreError } from './store/errors.js'
export type { Process } from './store/in-force.js'
export { openStore } from './store/open.js'
export { keys } from './store/rows.js'
export type { Store } from './store/store.js'
