import type { WarningKind } from '../warning.js'
import { binWithoutExit, unreachableBin } from './bins.js'
import { levelsOutOfOrder } from './levels-out-of-order.js'
import { namesNoStatus } from './names-no-status.js'
import { playbookNeverGiven } from './playbook-never-given.js'
import { ruleNeverFires } from './rule-never-fires.js'
import { viewNeverLists } from './view-never-lists.js'

/** Every kind of warning, in the order in which the docs list them. A new one is a file and a line here. */
export const KINDS: readonly WarningKind[] = [
  ruleNeverFires,
  viewNeverLists,
  namesNoStatus,
  unreachableBin,
  binWithoutExit,
  levelsOutOfOrder,
  playbookNeverGiven,
]
