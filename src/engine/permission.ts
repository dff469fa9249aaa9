import type { SubjectRef } from '../domain/subjects.js'

/** What is told of a run on its way to whoever waits for its end. */
export interface Watching {
  /** Called now and then with the number of subjects assessed so far. */
  onProgress?: (assessed: number) => void
  /** Called now and then, while a plan is carried out, with how many of its families are done. */
  onCommit?: (families: number, all: number) => void
}

/** What a person grants a run beyond its rules. */
export interface Permission extends Watching {
  /** Printed keys that were held and are approved: they do not count against the limits. */
  permits?: ReadonlySet<string>
  /** Printed keys whose effects are withheld for good. */
  baseline?: ReadonlySet<string>
  /** Rules whose holding ends with this run. */
  released?: ReadonlySet<string>
  /** Of a saved plan: printed key → digest of effects. Only what stands in both is done. */
  only?: ReadonlyMap<string, string>
  /** Nothing is done but what `permits` has, and what follows from it. */
  alone?: boolean
  /** Printed keys that another run has carried out: their steps are taken as done. */
  done?: ReadonlySet<string>
  /** Assess everything, whatever is due. */
  everything?: boolean
  /** Left out: yes. Where nothing is acted on (a replay of the past) nobody is told why, and no witness is asked. */
  explains?: boolean
  /** Only these families, whoever else is due. */
  among?: readonly SubjectRef[]
}
