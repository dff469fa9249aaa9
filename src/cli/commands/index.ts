import type { CliCommand } from '../command.js'
import { acknowledge, snooze } from './acknowledge.js'
import { apply } from './apply.js'
import { approve, baseline } from './approve.js'
import { backtest } from './backtest.js'
import { backup, restore } from './backup.js'
import { check } from './check.js'
import { explain } from './explain.js'
import { findings } from './findings.js'
import { graph } from './graph.js'
import { health } from './health.js'
import { history } from './history.js'
import { hooks } from './hooks.js'
import { importCommand } from './import.js'
import { init } from './init.js'
import { letters } from './letters.js'
import { loop } from './loop.js'
import { migrate } from './migrate.js'
import { plan } from './plan.js'
import { schema } from './schema.js'
import { scorecard } from './scorecard.js'
import { serve } from './serve.js'
import { silence } from './silence.js'
import { resume, stop } from './stop.js'
import { suggest } from './suggest.js'
import { tasks } from './tasks.js'
import { test } from './test.js'
import { token } from './token.js'

/** All commands, in the order of the help. A new one is a file and a line here. */
export const COMMANDS: readonly CliCommand[] = [
  init,
  check,
  test,
  importCommand,
  plan,
  apply,
  approve,
  baseline,
  explain,
  health,
  findings,
  acknowledge,
  snooze,
  silence,
  tasks,
  letters,
  loop,
  serve,
  hooks,
  token,
  history,
  backtest,
  suggest,
  scorecard,
  graph,
  schema,
  stop,
  resume,
  migrate,
  backup,
  restore,
]
