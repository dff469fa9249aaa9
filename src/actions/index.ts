import type { Action } from './action.js'
import { setField } from './set-field.js'
import { assign, moveBin, moveStage, setStatus } from './state.js'
import { closeTasks, createTask } from './tasks.js'
import { callWebhook, notify, postMessage, sendEmail } from './telling.js'

/** Every verb of the language, in the order of the reference. */
export const ACTIONS: readonly Action[] = [
  setStatus,
  moveStage,
  moveBin,
  setField,
  assign,
  createTask,
  closeTasks,
  notify,
  sendEmail,
  postMessage,
  callWebhook,
]

const byName: ReadonlyMap<string, Action> = new Map(ACTIONS.map((action) => [action.name, action]))

export const actionNamed = (name: string): Action | undefined => byName.get(name)
