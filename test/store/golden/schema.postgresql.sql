create table accounts (
  id text collate "C" not null,
  name text collate "C",
  owner text collate "C",
  segment text collate "C",
  industry text collate "C",
  created bigint,
  bin text collate "C" not null,
  duplicate_of text collate "C",
  fields text collate "C" not null,
  bin_since bigint not null,
  bin_since_known bigint not null,
  bin_episode bigint not null,
  owner_since bigint,
  activity text collate "C" not null,
  seen bigint not null,
  last_change bigint not null,
  version bigint not null,
  deleted_at bigint,
  due bigint,
  due_program bigint not null,
  score double precision
);
create table activities (
  id text collate "C" not null,
  kind text collate "C" not null,
  at bigint not null,
  by text collate "C",
  opportunity text collate "C",
  account text collate "C",
  contact text collate "C",
  source text collate "C",
  by_owner_of_opportunity bigint not null,
  by_owner_of_account bigint not null,
  learned_at bigint not null,
  called_off_at bigint
);
create table announcements (
  seq bigint generated always as identity not null,
  tx bigint not null,
  id text collate "C" not null,
  type text collate "C" not null,
  kind text collate "C" not null,
  subject text collate "C" not null,
  at bigint not null,
  learned_at bigint not null,
  data text collate "C" not null
);
create table audit (
  seq bigint generated always as identity not null,
  at bigint not null,
  by text collate "C" not null,
  act text collate "C" not null,
  of text collate "C" not null,
  detail text collate "C"
);
create table contacts (
  id text collate "C" not null,
  account text collate "C" not null,
  name text collate "C",
  email text collate "C"
);
create table digests (
  name text collate "C" not null,
  person text collate "C" not null,
  slot bigint not null,
  at bigint not null,
  numbers text collate "C" not null
);
create table events (
  seq bigint generated always as identity not null,
  id text collate "C" not null,
  kind text collate "C" not null,
  subject text collate "C" not null,
  activity text collate "C",
  change text collate "C",
  at bigint not null,
  learned_at bigint not null,
  judged bigint not null
);
create table findings (
  rule text collate "C" not null,
  kind text collate "C" not null,
  id text collate "C" not null,
  episode bigint not null,
  state text collate "C" not null,
  severity text collate "C" not null,
  pending_since bigint,
  opened_at bigint,
  resolved_at bigint,
  resolved_because text collate "C",
  withheld text collate "C",
  program bigint not null,
  explanation text collate "C",
  acknowledged_at bigint,
  acknowledged_by text collate "C",
  snoozed_at bigint,
  snoozed_until bigint,
  snoozed_by text collate "C",
  snooze_reason text collate "C",
  snooze_ends_on text collate "C",
  reminded bigint not null,
  escalated bigint not null,
  clocked_until bigint
);
create table heard (
  source text collate "C" not null,
  record text collate "C" not null,
  id text collate "C" not null,
  heard text collate "C" not null
);
create table history (
  seq bigint generated always as identity not null,
  kind text collate "C" not null,
  id text collate "C" not null,
  fact text collate "C" not null,
  "from" text collate "C",
  "to" text collate "C",
  at bigint not null,
  learned_at bigint not null,
  by text collate "C" not null,
  cause text collate "C",
  known_as text collate "C"
);
create table holds (
  rule text collate "C" not null,
  kind text collate "C" not null,
  id text collate "C" not null,
  episode text collate "C" not null,
  step text collate "C" not null,
  reason text collate "C" not null,
  why text collate "C" not null,
  until bigint,
  at bigint not null,
  rule_digest text collate "C" not null
);
create table hook_events (
  source text collate "C" not null,
  id text collate "C" not null,
  hook text collate "C" not null,
  place bigint not null,
  of text collate "C",
  record text collate "C",
  at bigint not null,
  received bigint not null,
  state text collate "C" not null,
  reason text collate "C",
  settled_at bigint
);
create table hooks (
  id text collate "C" not null,
  source text collate "C" not null,
  type text collate "C" not null,
  headers text collate "C" not null,
  body text collate "C" not null,
  encoding text collate "C" not null,
  at bigint not null
);
create table intents (
  rule text collate "C" not null,
  kind text collate "C" not null,
  id text collate "C" not null,
  episode text collate "C" not null,
  step text collate "C" not null,
  at bigint not null,
  because text collate "C" not null,
  effects text collate "C" not null,
  explanation text collate "C",
  effect_count bigint not null,
  amount bigint not null,
  approved bigint not null,
  link bigint not null,
  caused_by text collate "C",
  withheld text collate "C",
  overruled text collate "C"
);
create table letters (
  id text collate "C" not null,
  rule text collate "C",
  kind text collate "C",
  subject text collate "C",
  episode text collate "C",
  step text collate "C",
  type text collate "C" not null,
  channel text collate "C",
  "to" text collate "C" not null,
  title text collate "C",
  body text collate "C" not null,
  html text collate "C",
  attachments text collate "C",
  person text collate "C",
  at bigint not null,
  state text collate "C" not null,
  attempt bigint not null,
  lease_until bigint,
  next_at bigint,
  withdrawable bigint not null,
  reason text collate "C"
);
create table login_links (
  hash text collate "C" not null,
  person text collate "C",
  letter text collate "C",
  at bigint not null,
  expires_at bigint not null,
  used_at bigint
);
create table notices (
  id text collate "C" not null,
  rule text collate "C" not null,
  kind text collate "C" not null,
  subject text collate "C" not null,
  episode text collate "C" not null,
  step text collate "C" not null,
  person text collate "C" not null,
  text text collate "C" not null,
  urgent bigint not null,
  at bigint not null,
  letter text collate "C",
  withdrawable bigint not null,
  withdrawn text collate "C",
  kept_why text collate "C",
  kept_until bigint,
  kept_by text collate "C"
);
create table opportunities (
  id text collate "C" not null,
  account text collate "C",
  name text collate "C",
  pipeline text collate "C" not null,
  stage text collate "C" not null,
  status text collate "C" not null,
  reason text collate "C",
  amount bigint,
  currency text collate "C",
  owner text collate "C",
  source text collate "C",
  origin text collate "C",
  created bigint,
  close_date text collate "C",
  next_step text collate "C",
  fields text collate "C" not null,
  stage_since bigint not null,
  stage_since_known bigint not null,
  status_since bigint not null,
  status_since_known bigint not null,
  owner_since bigint,
  amount_high bigint,
  pushes bigint not null,
  setbacks bigint not null,
  skips bigint not null,
  said_last_activity bigint,
  said_next_activity bigint,
  activity text collate "C" not null,
  seen bigint not null,
  last_change bigint not null,
  version bigint not null,
  deleted_at bigint,
  due bigint,
  due_program bigint not null,
  score double precision,
  health text collate "C",
  levels text collate "C" not null,
  qualification text collate "C"
);
create table people (
  id text collate "C" not null,
  name text collate "C",
  email text collate "C",
  role text collate "C",
  manager text collate "C",
  team text collate "C",
  active bigint not null,
  timezone text collate "C"
);
create table processes (
  id text collate "C" not null,
  program bigint not null,
  command text collate "C" not null,
  heartbeat bigint not null
);
create table programs (
  number bigint not null,
  digest text collate "C" not null,
  since bigint not null,
  rules text collate "C" not null,
  bases text collate "C"
);
create table requests (
  caller text collate "C" not null,
  key text collate "C" not null,
  digest text collate "C" not null,
  at bigint not null,
  answer text collate "C"
);
create table said (
  source text collate "C" not null,
  record text collate "C" not null,
  id text collate "C" not null,
  said text collate "C" not null,
  at bigint not null
);
create table schedules (
  name text collate "C" not null,
  spec text collate "C" not null,
  next bigint not null
);
create table sessions (
  hash text collate "C" not null,
  person text collate "C" not null,
  via text collate "C" not null,
  at bigint not null,
  last_used bigint not null
);
create table settings (
  key text collate "C" not null,
  value text collate "C" not null
);
create table silences (
  id text collate "C" not null,
  rule text collate "C",
  owner text collate "C",
  team text collate "C",
  account text collate "C",
  severity text collate "C",
  until bigint not null,
  comment text collate "C" not null,
  by text collate "C" not null,
  at bigint not null,
  ended_at bigint,
  ended_by text collate "C"
);
create table tasks (
  id text collate "C" not null,
  rule text collate "C" not null,
  kind text collate "C" not null,
  subject text collate "C" not null,
  episode bigint,
  assignee text collate "C" not null,
  title text collate "C" not null,
  due bigint,
  created_at bigint not null,
  state text collate "C" not null,
  ended_at bigint,
  ended_by text collate "C"
);
create table tokens (
  name text collate "C" not null,
  hash text collate "C" not null,
  scopes text collate "C" not null,
  team text collate "C",
  at bigint not null,
  by text collate "C" not null,
  expires_at bigint,
  last_used bigint,
  revoked_at bigint,
  revoked_by text collate "C"
);
CREATE INDEX accounts_due ON public.accounts USING btree (due);
CREATE INDEX accounts_due_program ON public.accounts USING btree (due_program);
CREATE UNIQUE INDEX accounts_key ON public.accounts USING btree (id);
CREATE INDEX accounts_owner ON public.accounts USING btree (owner);
CREATE INDEX activities_account ON public.activities USING btree (account);
CREATE UNIQUE INDEX activities_key ON public.activities USING btree (id);
CREATE INDEX activities_opportunity ON public.activities USING btree (opportunity);
CREATE UNIQUE INDEX announcements_id ON public.announcements USING btree (id);
CREATE INDEX announcements_order ON public.announcements USING btree (tx, seq);
CREATE UNIQUE INDEX announcements_pkey ON public.announcements USING btree (seq);
CREATE UNIQUE INDEX audit_pkey ON public.audit USING btree (seq);
CREATE INDEX contacts_account ON public.contacts USING btree (account);
CREATE UNIQUE INDEX contacts_key ON public.contacts USING btree (id);
CREATE UNIQUE INDEX digests_key ON public.digests USING btree (name, person, slot);
CREATE UNIQUE INDEX events_id ON public.events USING btree (id, kind, subject);
CREATE UNIQUE INDEX events_pkey ON public.events USING btree (seq);
CREATE INDEX events_unjudged ON public.events USING btree (kind, subject) WHERE (judged = 0);
CREATE UNIQUE INDEX findings_key ON public.findings USING btree (kind, id, rule, episode);
CREATE INDEX findings_resolved ON public.findings USING btree (resolved_at);
CREATE INDEX findings_state ON public.findings USING btree (state, rule);
CREATE UNIQUE INDEX heard_key ON public.heard USING btree (source, record, id);
CREATE UNIQUE INDEX history_known_as ON public.history USING btree (known_as);
CREATE UNIQUE INDEX history_pkey ON public.history USING btree (seq);
CREATE INDEX history_subject ON public.history USING btree (kind, id);
CREATE UNIQUE INDEX holds_key ON public.holds USING btree (kind, id, rule, episode, step);
CREATE INDEX hook_events_hook ON public.hook_events USING btree (hook);
CREATE UNIQUE INDEX hook_events_key ON public.hook_events USING btree (source, id);
CREATE INDEX hook_events_received ON public.hook_events USING btree (source, received);
CREATE INDEX hook_events_state ON public.hook_events USING btree (state, at);
CREATE UNIQUE INDEX hooks_key ON public.hooks USING btree (id);
CREATE INDEX intents_at ON public.intents USING btree (at);
CREATE UNIQUE INDEX intents_key ON public.intents USING btree (kind, id, rule, episode, step);
CREATE UNIQUE INDEX letters_key ON public.letters USING btree (id);
CREATE INDEX letters_person ON public.letters USING btree (person, at);
CREATE INDEX letters_state ON public.letters USING btree (state, next_at);
CREATE INDEX letters_subject ON public.letters USING btree (kind, subject);
CREATE INDEX login_links_expires ON public.login_links USING btree (expires_at);
CREATE UNIQUE INDEX login_links_key ON public.login_links USING btree (hash);
CREATE INDEX notices_kept ON public.notices USING btree (kept_until);
CREATE UNIQUE INDEX notices_key ON public.notices USING btree (id);
CREATE INDEX notices_letter ON public.notices USING btree (letter);
CREATE INDEX notices_person ON public.notices USING btree (person, kept_until);
CREATE INDEX notices_subject ON public.notices USING btree (kind, subject);
CREATE INDEX opportunities_account ON public.opportunities USING btree (account);
CREATE INDEX opportunities_due ON public.opportunities USING btree (due);
CREATE INDEX opportunities_due_program ON public.opportunities USING btree (due_program);
CREATE UNIQUE INDEX opportunities_key ON public.opportunities USING btree (id);
CREATE INDEX opportunities_owner ON public.opportunities USING btree (owner);
CREATE INDEX opportunities_status ON public.opportunities USING btree (status);
CREATE UNIQUE INDEX people_key ON public.people USING btree (id);
CREATE UNIQUE INDEX processes_key ON public.processes USING btree (id);
CREATE UNIQUE INDEX programs_key ON public.programs USING btree (number);
CREATE INDEX requests_at ON public.requests USING btree (at);
CREATE UNIQUE INDEX requests_key ON public.requests USING btree (caller, key);
CREATE UNIQUE INDEX said_key ON public.said USING btree (source, record, id);
CREATE UNIQUE INDEX schedules_key ON public.schedules USING btree (name);
CREATE UNIQUE INDEX sessions_key ON public.sessions USING btree (hash);
CREATE INDEX sessions_last_used ON public.sessions USING btree (last_used);
CREATE UNIQUE INDEX settings_key ON public.settings USING btree (key);
CREATE UNIQUE INDEX silences_key ON public.silences USING btree (id);
CREATE UNIQUE INDEX tasks_key ON public.tasks USING btree (id);
CREATE INDEX tasks_state ON public.tasks USING btree (state, assignee);
CREATE INDEX tasks_subject ON public.tasks USING btree (kind, subject);
CREATE UNIQUE INDEX tokens_hash ON public.tokens USING btree (hash);
CREATE UNIQUE INDEX tokens_key ON public.tokens USING btree (name);
