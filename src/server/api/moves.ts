import { z } from 'zod'
import { allowedFrom, refuseMove } from '../../domain/legality.js'
import type { Account } from '../../domain/subjects.js'
import { type Circumstances, defineOperation, type Operation } from '../operation.js'
import { notFound, Refusal } from '../problem-details.js'
import { conditionsOf, MATCHES, recordOne, WAITS } from '../recording/record.js'
import { checkSeen } from '../sight.js'
import { unknownName } from '../unknown-name.js'
import { recorded } from './records.js'
import { aText, idParams, text } from './shapes.js'

const bin = aText(200).describe('The name of a bin.')

async function accountAt(asked: Circumstances, id: string): Promise<Account> {
  await checkSeen(asked, { kind: 'account', id })
  const account = await asked.ports.store.account(id)
  if (!account || account.deleted_at !== null) throw notFound('account', id)
  return account
}

function lineOf({ program }: Circumstances) {
  const line = program.vocabulary.assemblyLine
  if (!line) throw new Refusal('conflict', 'The rules declare no assembly line: there is nowhere to move to.')
  return line
}

/** Moves on the assembly line: where an account may go, whether, and why not. */
export const moves: readonly Operation[] = [
  defineOperation({
    method: 'get',
    path: '/accounts/{id}/moves',
    name: 'listMoves',
    about: 'moves',
    summary: 'Where an account may be moved from its bin; or whether it may be moved to one, and why not.',
    scope: 'read',
    params: idParams,
    query: z.object({ to: bin.optional().describe('A bin: may it be moved there?') }),
    answers: {
      200: {
        says: 'The bins to which it may be moved.',
        schema: z.object({
          account: z.string(),
          bin: z.string().describe('Where it is.'),
          to: text,
          may: z.boolean().nullable().describe('Null where no bin was asked for.'),
          why: text.describe('Why not.'),
          allowed: z.array(z.object({ bin: z.string(), label: z.string(), requires: z.array(z.string()) })),
        }),
      },
    },
    refuses: [409],
    run: async (asked) => {
      const account = await accountAt(asked, asked.params.id)
      const line = lineOf(asked)
      const { to } = asked.query
      if (to !== undefined && !line.bins.has(to))
        throw unknownName('unknown-bin', 'bin', to, { allowed: line.bins.keys() })
      const refusal = to === undefined ? null : refuseMove(line, account.bin, to)
      const allowed = allowedFrom(line, account.bin).map((name) => {
        const { label = name, requires = [] } = line.bins.get(name) ?? {}
        return { bin: name, label, requires: [...requires] }
      })
      const may = to === undefined ? null : refusal === null
      return {
        status: 200,
        body: { account: account.id, bin: account.bin, to: to ?? null, may, why: refusal?.why ?? null, allowed },
      }
    },
  }),
  defineOperation({
    method: 'post',
    path: '/accounts/{id}/moves',
    name: 'moveAccount',
    about: 'moves',
    summary: 'Moves an account to another bin; a move that is not allowed is refused with those that are.',
    scope: 'write',
    params: idParams,
    body: z.strictObject({ to: bin }).meta({ id: 'Move', description: 'Where an account is to go.' }),
    headers: { ...WAITS, ...MATCHES },
    answers: {
      200: { says: 'It is moved and evaluated.', schema: recorded },
      202: { says: 'It is moved; what comes of it follows.', schema: recorded },
    },
    refuses: [412],
    once: 'within',
    run: async (asked) => {
      const { id } = asked.params
      lineOf(asked)
      const said = { record: 'accounts' as const, id, values: { bin: asked.body.to } }
      const wish = { said, mustExist: true, moves: true, ...conditionsOf(asked) }
      return recordOne(asked, wish, (granted, evaluated) => ({ status: 200, body: { ...granted, evaluated } }))
    },
  }),
]
