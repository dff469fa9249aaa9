import type { Origin } from '../program/sections/sources.js'

/** All that an origin can yield; null where that is any text. */
export function valuesOf(origin: Origin): readonly string[] | null {
  if (typeof origin === 'string' || Array.isArray(origin)) return null
  if ('value' in origin) return [String(origin.value)]
  if (!('map' in origin) || !origin.map) return null
  return [...Object.values(origin.map), ...(origin.else === undefined ? [] : [origin.else])]
}
