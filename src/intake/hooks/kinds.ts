import type { HookType } from '../../program/sections/hooks.js'
import { generic } from './generic.js'
import { highlevel } from './highlevel.js'
import type { HookKind } from './hook.js'
import { hubspot } from './hubspot.js'
import { pipedrive } from './pipedrive.js'
import { salesforce } from './salesforce.js'

/** Every CRM whose webhooks are understood. */
export const HOOK_KINDS: { readonly [T in HookType]: HookKind<T> } = {
  highlevel,
  hubspot,
  salesforce,
  pipedrive,
  generic,
}
