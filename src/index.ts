/**
 * Linewalker as a library: load and check rules, open a store, bring data in, plan, apply, and ask what the store knows. The
 * command line uses nothing else. `docs/library.md` walks through it with an example that runs.
 */
export {
  type Applied,
  apply,
  approve,
  baseline,
  loadFolder,
  planNow,
  type RulesFolder,
  record,
} from './app.js'
export { formatProblems } from './config/formats.js'
export { type Loaded, loadRules } from './config/load.js'
export { projectSchema } from './config/project-schema.js'
export { publishedSchema } from './config/schema.js'
export type { Effect, HistoryEntry } from './domain/effects.js'
export type { Finding, FindingRef, Hold, Key, Task } from './domain/findings.js'
export type { RecordKind, Taken } from './domain/incoming.js'
export type { Account, Level, Opportunity, Person, Status, SubjectKind, SubjectRef } from './domain/subjects.js'
export type { FamilyPlan, HeldRule, Intent, Overruled, Plan, Totals } from './engine/plan.js'
export type { Permission } from './engine/run.js'
export { type ImportReport, type ImportRequest, importFile } from './intake/import-file.js'
export type { Said } from './intake/record.js'
export { rejectedFile } from './intake/rejected.js'
export { parseInstant } from './lib/calendar.js'
export type { CivilDate, Instant } from './lib/instant.js'
export type { Place, Problem } from './lib/problem.js'
export type { Program, Rule, View } from './program/program.js'
export { type Explanation, explain } from './reports/explain.js'
export { draw } from './reports/graph.js'
export { type HealthReport, readHealth } from './reports/health.js'
export { type PlanJson, planJson } from './reports/plan-json.js'
export { readView, type ViewReport } from './reports/views.js'
export { ProgramHeldError, ProgramMovedError, StoppedError, StoreError } from './store/errors.js'
export { openStore } from './store/open.js'
export type { Store } from './store/store.js'
