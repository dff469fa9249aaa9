import type { Random } from './random.js'

const words = (text: string): string[] =>
  text.split(/[,\n]/).flatMap((word) => (word.trim() === '' ? [] : [word.trim()]))

const PLACES = words(`
  Cedar Hollow, Elkmere, Stonebrook, Larkfield, Harrowgate, Quillan, Ashdown, Millrace, Tamarack, Penrose
  Bellwether, Copperfield, Dunmore, Fairhaven, Granby, Hawthorn, Ironwood, Juniper Flats, Kestrel, Lindenau
  Marlow, Northgate, Oakhurst, Pinecrest, Redfern, Saltmarsh, Thornbury, Underhill, Vantage Point, Westerly
  Yarrow, Amberley, Blackwater, Corvane, Drystone, Eastlake, Foxglove, Gannet Bay, Holloway, Inverlea, Kingsford
  Longmeadow, Moorcroft, Nettlebed, Ottervale`)
const TRADES: readonly (readonly [noun: string, industry: string])[] = [
  ['Dairy', 'food-and-beverage'],
  ['Brewing', 'food-and-beverage'],
  ['Foods', 'food-and-beverage'],
  ['Bottling', 'food-and-beverage'],
  ['Pharmaceuticals', 'life-sciences'],
  ['Biologics', 'life-sciences'],
  ['Medical Center', 'hospitals'],
  ['Water District', 'utilities'],
  ['Power', 'utilities'],
  ['Paper', 'pulp-and-paper'],
  ['Plating', 'metals'],
  ['Foundry', 'metals'],
  ['Semiconductor', 'electronics'],
  ['Chemical', 'chemicals'],
  ['Coatings', 'chemicals'],
  ['Textiles', 'textiles'],
  ['Hotels', 'hospitality'],
  ['Data Centers', 'electronics'],
]
const FIRST = words(`
  Alice, Brent, Carla, Dmitri, Elena, Frank, Grace, Hassan, Irene, Jamal, Karen, Luis, Monica, Nils, Olivia, Pavel
  Quinn, Rosa, Stefan, Tara, Umar, Vera, Wendell, Yusuf`)
const LAST = words(`
  Abbott, Bianchi, Chung, Dalton, Espinoza, Fischer, Goldberg, Hansen, Ivanov, Jensen, Keller, Lopez, Mbeki, Nguyen
  Ortega, Petrov, Quist, Rossi, Schmidt, Turner, Ueda, Vogel, Walsh, Zeller`)

/** As many different companies as asked for, made of a place that does not exist and a trade that needs water. */
export function companies(random: Random, count: number): { name: string; industry: string }[] {
  const all = PLACES.flatMap((place) => TRADES.map(([noun, industry]) => ({ name: `${place} ${noun}`, industry })))
  return random.shuffled(all).slice(0, count)
}

export const personName = (random: Random): string => `${random.pick(FIRST)} ${random.pick(LAST)}`

/** What Brightwater sells, with a usual price in dollars. */
export const EQUIPMENT: readonly (readonly [name: string, low: number, high: number])[] = [
  ['Reverse osmosis skid', 60_000, 190_000],
  ['UV disinfection line', 30_000, 95_000],
  ['Cooling tower treatment', 22_000, 80_000],
  ['Membrane bioreactor', 140_000, 420_000],
  ['Softening plant', 18_000, 70_000],
  ['Deionisation loop', 45_000, 140_000],
  ['Sludge dewatering press', 80_000, 240_000],
  ['Chlorine dioxide dosing', 14_000, 52_000],
  ['Condensate polishing', 35_000, 120_000],
]
export const CONTRACTS: readonly (readonly [name: string, low: number, high: number])[] = [
  ['Service contract', 9_000, 40_000],
  ['Membrane replacement plan', 14_000, 58_000],
  ['Chemical supply agreement', 12_000, 65_000],
]

export const NEXT_STEPS = [
  'Send the revised layout drawing',
  'Pilot skid on site',
  'Walk the plant with their engineer',
  'Review water analysis together',
  'Present the payback to their finance lead',
  'Answer the questions of their purchasing',
  'Agree the delivery date',
  'Reference call with a client',
  'Get the terms through legal',
] as const
export const PAINS = [
  'Scaling in the heat exchangers',
  'Discharge permit is being tightened',
  'Membranes fail every eight months',
  'Downtime of the boiler house',
  'Legionella findings in the last audit',
  'Water price went up by a third',
] as const
export const COMPETITORS = ['Aquanorm', 'Purewell Systems', 'Delta Filtration', 'Nordfluss'] as const
