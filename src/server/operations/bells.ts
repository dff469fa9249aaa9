/** Calls `work` once, later; what it returns calls that off. */
export type Later = (work: () => void) => () => void

/** Waits until it is rung; what is rung meanwhile is heard at the next wait. */
export interface Bell {
  ring(): void
  rung(): Promise<void>
}

/** Bells that ring together. */
export interface Bells {
  /** A bell that rings after every change, until it is taken down. */
  hang(): Bell & { takeDown(): void }
}

/**
 * Bells that ring a moment after a change: all at the same time, so that whoever then reads the same reads it once for all, and once
 * for all the changes of that moment. It is listened for changes only while a bell hangs.
 */
export function openBells(onChange: (heard: () => void) => () => void, later: Later): Bells {
  const hanging = new Set<Bell>()
  let deafen: () => void = () => undefined
  let callOff: (() => void) | null = null
  const heard = () => {
    callOff ??= later(() => {
      callOff = null
      for (const { ring } of hanging) ring()
    })
  }
  return {
    hang: () => {
      const bell = makeBell()
      if (hanging.size === 0) deafen = onChange(heard)
      hanging.add(bell)
      const takeDown = () => {
        if (!hanging.delete(bell) || hanging.size > 0) return
        deafen()
        callOff?.()
        callOff = null
      }
      return { ...bell, takeDown }
    },
  }
}

function makeBell(): Bell {
  let isRung = false
  let wake: () => void = () => undefined
  return {
    ring: () => {
      isRung = true
      wake()
    },
    rung: async () => {
      if (!isRung) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      isRung = false
      wake = () => undefined
    },
  }
}
