/** Someone of the company. The same people stand in `rules/people.yaml`; a test holds the two together. */
export interface StaffMember {
  id: string
  name: string
  role: 'rep' | 'manager' | 'revops' | 'admin'
  manager: string
  team: string
  active: boolean
}

const member = (
  id: string,
  name: string,
  role: StaffMember['role'],
  team: string,
  manager = '',
  active = true,
): StaffMember => ({ id, name, role, manager, team, active })

/** Who left, and left opportunities behind. */
export const LEAVER = 'gwen'
/** How many days before today she left. */
export const LEFT_AGO = 45

export const STAFF: readonly StaffMember[] = [
  member('theo', 'Theo Brandt', 'admin', 'operations'),
  member('june', 'June Castellano', 'revops', 'operations'),
  member('helen', 'Helen Okafor', 'manager', 'east'),
  member('marcus', 'Marcus Lindqvist', 'manager', 'central'),
  member('priya', 'Priya Raman', 'manager', 'west'),
  member('aaron', 'Aaron Feld', 'rep', 'east', 'helen'),
  member('bianca', 'Bianca Moretti', 'rep', 'east', 'helen'),
  member('callum', 'Callum Reyes', 'rep', 'east', 'helen'),
  member('dora', 'Dora Whitlock', 'rep', 'east', 'helen'),
  member('emil', 'Emil Novak', 'rep', 'east', 'helen'),
  member('farah', 'Farah Haddad', 'rep', 'central', 'marcus'),
  member('gwen', 'Gwen Pruitt', 'rep', 'central', 'marcus', false),
  member('hugo', 'Hugo Sandoval', 'rep', 'central', 'marcus'),
  member('ines', 'Ines Duarte', 'rep', 'central', 'marcus'),
  member('jonah', 'Jonah Becker', 'rep', 'central', 'marcus'),
  member('keiko', 'Keiko Tanabe', 'rep', 'west', 'priya'),
  member('liam', 'Liam Doyle', 'rep', 'west', 'priya'),
  member('maya', 'Maya Thornton', 'rep', 'west', 'priya'),
  member('noor', 'Noor Iqbal', 'rep', 'west', 'priya'),
]

export const TEAMS = ['east', 'central', 'west'] as const
export const emailOf = (id: string): string => `${id}@brightwater.example`

const reps = STAFF.filter((p) => p.role === 'rep')
/** The reps of a team who are still with the company. */
export const repsOf = (team: string): string[] => reps.filter((p) => p.team === team && p.active).map((p) => p.id)
