import type { Level } from '../domain/subjects.js'

/** The colour of each level, in pictures and beside words alike. */
export const SIGNAL: Record<Level, string> = { healthy: '#1b6e3c', at_risk: '#e0a030', poor: '#b3261e' }

/** The lines behind a chart: a page for the dark finds them by it. */
export const GRID = '#dbdee4'

/** What a picture in a letter stands on, also in the dark, where it cannot change: a light card. */
export const CARD = '#f4f5f7'
