const full = process.env.CHAOS === 'full'

/** Seeded interleavings of each pair. In full (`CHAOS=full`, minutes) as many as the promise says, else a taste of them. */
export const INTERLEAVINGS = full ? 200 : 12
/** Moments at which import, and apply, is killed: of each so many. */
export const KILLS = full ? 50 : 8
/** Due subjects that two processes share. */
export const DUE = full ? 20_000 : 2_000
