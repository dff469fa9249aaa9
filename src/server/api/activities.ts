import type { z } from 'zod'
import { defineOperation, type Operation } from '../operation.js'
import { recordOne, WAITS } from '../recording/record.js'
import { unknownName } from '../unknown-name.js'
import { activityBody, paymentBody, recorded, valuesOf } from './records.js'
import { anId, idParams } from './shapes.js'

const answers = {
  200: { says: 'It is taken, or was known already, and evaluated.', schema: recorded },
  201: { says: 'It is new, taken and evaluated.', schema: recorded },
  202: { says: 'It is taken; what comes of it follows.', schema: recorded },
}

interface Resource {
  plural: 'activities' | 'payments'
  Name: 'Activity' | 'Payment'
  body: z.ZodObject
  /** What the body leaves out. */
  kind: string | null
}

/** Activities, and payments, which are activities of one kind: told twice they are one. */
const operationsOf = ({ plural, Name, body, kind }: Resource): Operation[] => {
  const one = Name.toLowerCase()
  const withId = body
    .extend({ id: anId.optional().describe('Its id; without one its content is its id.') })
    .meta({ id: `New${Name}`, description: `A new ${one}.` })
  const take = (asked: Parameters<typeof recordOne>[0], id: string | undefined, said: Record<string, unknown>) => {
    const { touches, otherActivities } = asked.program.vocabulary
    const allowed = [...touches, ...otherActivities]
    if (kind !== null && !allowed.includes(kind))
      throw unknownName('unknown-name', 'kind of activity', kind, { allowed })
    const values = valuesOf(kind === null ? said : { ...said, kind })
    const wish = { said: { record: 'activities' as const, ...(id === undefined ? {} : { id }), values } }
    return recordOne(asked, wish, (granted, evaluated) => ({
      status: granted.outcome === 'new' ? 201 : 200,
      body: { ...granted, evaluated },
    }))
  }
  return [
    defineOperation({
      method: 'post',
      path: `/${plural}`,
      name: `record${Name}`,
      about: plural,
      summary: `Says that ${kind === null ? 'an activity happened, or is planned' : 'a payment came in'}.`,
      says: 'The same one told twice is one.',
      scope: 'write',
      body: withId,
      headers: WAITS,
      answers,
      refuses: [404],
      once: 'within',
      run: (asked) => {
        const { id, ...said } = asked.body as { id?: string }
        return take(asked, id, said)
      },
    }),
    defineOperation({
      method: 'put',
      path: `/${plural}/{id}`,
      name: `put${Name}`,
      about: plural,
      summary: `Says, or corrects, ${kind === null ? 'an activity' : 'a payment'} of that id.`,
      scope: 'write',
      params: idParams,
      body,
      headers: WAITS,
      answers,
      once: 'within',
      run: (asked) => take(asked, asked.params.id, asked.body),
    }),
  ]
}

export const activities: readonly Operation[] = [
  ...operationsOf({ plural: 'activities', Name: 'Activity', body: activityBody, kind: null }),
  ...operationsOf({ plural: 'payments', Name: 'Payment', body: paymentBody, kind: 'payment' }),
]
