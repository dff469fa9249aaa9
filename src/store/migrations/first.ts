/**
 * The first schema, frozen. Per table its columns (`!` is "not null"), then its primary key; `serial` columns are keys of
 * their own. Primary keys begin with what rows are looked up by.
 */
export const TABLES = {
  opportunities: {
    columns: `id text!, account text, name text, pipeline text!, stage text!, status text!, reason text, amount integer,
      currency text, owner text, source text, origin text, created integer, close_date text, next_step text, fields text!,
      stage_since integer!, stage_since_known integer!, status_since integer!, status_since_known integer!,
      owner_since integer, amount_high integer, pushes integer!, setbacks integer!, skips integer!,
      said_last_activity integer, said_next_activity integer, activity text!, seen integer!, last_change integer!,
      version integer!, deleted_at integer, due integer, due_program integer!, score real, health text, levels text!,
      qualification text`,
    key: ['id'],
  },
  accounts: {
    columns: `id text!, name text, owner text, segment text, industry text, created integer, bin text!, duplicate_of text,
      fields text!, bin_since integer!, bin_since_known integer!, bin_episode integer!, owner_since integer,
      activity text!, seen integer!, last_change integer!, version integer!, deleted_at integer, due integer,
      due_program integer!, score real`,
    key: ['id'],
  },
  people: {
    columns: `id text!, name text, email text, role text, manager text, team text, active integer!, timezone text`,
    key: ['id'],
  },
  contacts: { columns: `id text!, account text!, name text, email text`, key: ['id'] },
  activities: {
    columns: `id text!, kind text!, at integer!, by text, opportunity text, account text, contact text, source text,
      by_owner_of_opportunity integer!, by_owner_of_account integer!, learned_at integer!, called_off_at integer`,
    key: ['id'],
  },
  history: {
    columns: `seq serial, kind text!, id text!, fact text!, from text, to text, at integer!, learned_at integer!, by text!,
      cause text, known_as text`,
    key: [],
  },
  events: {
    columns: `seq serial, id text!, kind text!, subject text!, activity text, change text, at integer!,
      learned_at integer!, judged integer!`,
    key: [],
  },
  said: { columns: `source text!, record text!, id text!, said text!, at integer!`, key: ['source', 'record', 'id'] },
  findings: {
    columns: `rule text!, kind text!, id text!, episode integer!, state text!, severity text!, pending_since integer,
      opened_at integer, resolved_at integer, resolved_because text, withheld text, program integer!, explanation text,
      acknowledged_at integer, acknowledged_by text, snoozed_at integer, snoozed_until integer, snoozed_by text,
      snooze_reason text, snooze_ends_on text, reminded integer!, escalated integer!, clocked_until integer`,
    key: ['kind', 'id', 'rule', 'episode'],
  },
  intents: {
    columns: `rule text!, kind text!, id text!, episode text!, step text!, at integer!, because text!, effects text!,
      explanation text, effect_count integer!, amount integer!, approved integer!, link integer!, caused_by text,
      withheld text, overruled text`,
    key: ['kind', 'id', 'rule', 'episode', 'step'],
  },
  tasks: {
    columns: `id text!, rule text!, kind text!, subject text!, episode integer, assignee text!, title text!, due integer,
      created_at integer!, state text!, ended_at integer, ended_by text`,
    key: ['id'],
  },
  notices: {
    columns: `id text!, rule text!, kind text!, subject text!, episode text!, step text!, person text!, text text!,
      urgent integer!, at integer!, letter text, withdrawable integer!, withdrawn text, kept_why text, kept_until integer,
      kept_by text`,
    key: ['id'],
  },
  letters: {
    columns: `id text!, rule text, kind text, subject text, episode text, step text, type text!, channel text, to text!,
      title text, body text!, html text, attachments text, person text, at integer!, state text!, attempt integer!,
      lease_until integer, next_at integer, withdrawable integer!, reason text`,
    key: ['id'],
  },
  holds: {
    columns: `rule text!, kind text!, id text!, episode text!, step text!, reason text!, why text!, until integer,
      at integer!, rule_digest text!`,
    key: ['kind', 'id', 'rule', 'episode', 'step'],
  },
  silences: {
    columns: `id text!, rule text, owner text, team text, account text, severity text, until integer!, comment text!,
      by text!, at integer!, ended_at integer, ended_by text`,
    key: ['id'],
  },
  audit: { columns: `seq serial, at integer!, by text!, act text!, of text!, detail text`, key: [] },
  schedules: { columns: `name text!, spec text!, next integer!`, key: ['name'] },
  digests: {
    columns: `name text!, person text!, slot integer!, at integer!, numbers text!`,
    key: ['name', 'person', 'slot'],
  },
  programs: { columns: `number integer!, digest text!, since integer!, rules text!`, key: ['number'] },
  processes: { columns: `id text!, program integer!, command text!, heartbeat integer!`, key: ['id'] },
  settings: { columns: `key text!, value text!`, key: ['key'] },
} as const

/** `name: table (columns) [unique] [where]`. */
export const INDEXES = [
  { name: 'opportunities_due', table: 'opportunities', columns: ['due'] },
  { name: 'opportunities_due_program', table: 'opportunities', columns: ['due_program'] },
  { name: 'opportunities_account', table: 'opportunities', columns: ['account'] },
  { name: 'opportunities_status', table: 'opportunities', columns: ['status'] },
  { name: 'opportunities_owner', table: 'opportunities', columns: ['owner'] },
  { name: 'accounts_due', table: 'accounts', columns: ['due'] },
  { name: 'accounts_due_program', table: 'accounts', columns: ['due_program'] },
  { name: 'accounts_owner', table: 'accounts', columns: ['owner'] },
  { name: 'contacts_account', table: 'contacts', columns: ['account'] },
  { name: 'activities_opportunity', table: 'activities', columns: ['opportunity'] },
  { name: 'activities_account', table: 'activities', columns: ['account'] },
  { name: 'history_subject', table: 'history', columns: ['kind', 'id'] },
  { name: 'history_known_as', table: 'history', columns: ['known_as'], unique: true },
  { name: 'events_id', table: 'events', columns: ['id', 'kind', 'subject'], unique: true },
  { name: 'events_unjudged', table: 'events', columns: ['kind', 'subject'], where: { column: 'judged', is: 0 } },
  { name: 'findings_state', table: 'findings', columns: ['state', 'rule'] },
  { name: 'findings_resolved', table: 'findings', columns: ['resolved_at'] },
  { name: 'intents_at', table: 'intents', columns: ['at'] },
  { name: 'tasks_subject', table: 'tasks', columns: ['kind', 'subject'] },
  { name: 'tasks_state', table: 'tasks', columns: ['state', 'assignee'] },
  { name: 'notices_subject', table: 'notices', columns: ['kind', 'subject'] },
  { name: 'notices_letter', table: 'notices', columns: ['letter'] },
  { name: 'notices_person', table: 'notices', columns: ['person', 'kept_until'] },
  { name: 'notices_kept', table: 'notices', columns: ['kept_until'] },
  { name: 'letters_person', table: 'letters', columns: ['person', 'at'] },
  { name: 'letters_state', table: 'letters', columns: ['state', 'next_at'] },
  { name: 'letters_subject', table: 'letters', columns: ['kind', 'subject'] },
] as const
