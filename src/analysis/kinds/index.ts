import type { WarningKind } from '../warning.js'
import { alwaysOverruled } from './always-overruled.js'
import { binWithoutExit, unreachableBin } from './bins.js'
import { effectsRefused } from './effects-refused.js'
import { escalationTooLate } from './escalation-too-late.js'
import { levelsOutOfOrder } from './levels-out-of-order.js'
import { namesNoStatus } from './names-no-status.js'
import { digestForNobody, noticeToNobody } from './nobody-to-tell.js'
import { ownEffect } from './own-effect.js'
import { pingPong } from './ping-pong.js'
import { playbookNeverGiven } from './playbook-never-given.js'
import { ruleNeverFires } from './rule-never-fires.js'
import { thresholdHole, thresholdLine } from './thresholds.js'
import { twoWriters } from './two-writers.js'
import { viewNeverLists } from './view-never-lists.js'

/** Every kind of warning, in the order in which the docs list them. A new one is a file and a line here. */
export const KINDS: readonly WarningKind[] = [
  ruleNeverFires,
  effectsRefused,
  alwaysOverruled,
  twoWriters,
  ownEffect,
  pingPong,
  escalationTooLate,
  viewNeverLists,
  namesNoStatus,
  unreachableBin,
  binWithoutExit,
  levelsOutOfOrder,
  thresholdHole,
  thresholdLine,
  noticeToNobody,
  digestForNobody,
  playbookNeverGiven,
]
