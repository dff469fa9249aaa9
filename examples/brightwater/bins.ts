import { type Day, workdayUpTo } from './days.js'
import type { Account, Bin, Change } from './model.js'
import type { Random } from './random.js'

/** Days on which the account itself was worked, beside its opportunities. */
export interface Prospecting {
  from: Day
  to: Day
}

/** Walks an account along the assembly line: every move is one that the packs allow. */
export function walk(random: Random, account: Account, today: Day): { changes: Change[]; prospecting: Prospecting[] } {
  const changes: Change[] = []
  const prospecting: Prospecting[] = []
  let bin = 'cold' as Bin
  const move = (to: Bin, day: Day, minute: number) => {
    changes.push({ fact: 'bin', day, minute, from: bin, to, by: account.owner })
    bin = to
  }
  const work = (from: Day, to: Day) => {
    const first = workdayUpTo(from)
    prospecting.push({ from: first, to: workdayUpTo(Math.max(first, to)) })
    return first
  }
  const has = (trouble: Account['troubles'][number]) => account.troubles.includes(trouble)

  const events = account.opportunities
    .flatMap((o) => [
      { day: o.created, opens: 1, won: 0 },
      ...(o.ended === null ? [] : [{ day: o.ended, opens: -1, won: o.fate === 'won' ? 1 : 0 }]),
    ])
    .sort((a, b) => a.day - b.day || b.opens - a.opens)
  const [start] = events
  if (start && !account.opportunities.some((o) => o.troubles.includes('untouched')))
    move('working', work(start.day - random.int(6, 18), start.day - 3), 5)
  let open = 0
  let won = 0
  for (const event of events) {
    open += event.opens
    won += event.won
    if (event.opens > 0 && bin !== 'current-client' && bin !== 'active-opportunity')
      move('active-opportunity', event.day, 10)
    if (open === 0 && bin === 'active-opportunity')
      move(won > 0 ? 'current-client' : 'dead-opportunity', event.day, 230)
  }
  if (has('slow-bin')) {
    changes.pop()
    return { changes, prospecting }
  }

  const ago = (low: number, high: number) => today - random.int(low, high)
  switch (account.goal) {
    case 'working': {
      const lastTouch = has('stale') ? ago(17, 55) : ago(1, 5)
      move('working', work(lastTouch - random.int(3, 24), lastTouch), 5)
      break
    }
    case 'check-back': {
      const parked = workdayUpTo(has('ripe') ? ago(96, 140) : ago(6, 80))
      move('working', work(parked - random.int(8, 20), parked), 5)
      move('check-back', parked, 240)
      break
    }
    case 'bad-fit':
    case 'duplicate': {
      const found = workdayUpTo(ago(30, 95))
      move('working', work(found - random.int(3, 15), found), 5)
      move(account.goal, found, 240)
      if (has('worked-in-vain')) work(ago(2, 8), today - 2)
      break
    }
    case 'cold':
      if (has('client-as-prospect')) move('cold', workdayUpTo(ago(40, 90)), 240)
      else if (random.chance(0.35)) {
        const back = workdayUpTo(ago(20, 400))
        move('working', work(back - random.int(20, 30), back - 16), 5)
        move('cold', back, 240)
      }
      if (has('touched')) work(ago(1, 3), today - 1)
      break
    case 'dead-opportunity':
      if (has('touched')) work(ago(1, 4), today - 1)
      break
    case 'active-opportunity':
    case 'current-client':
      break
  }
  return { changes, prospecting }
}
