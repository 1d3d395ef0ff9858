/** One version of the tables. Steps are never edited once released: a new one is added. */
export interface SchemaStep {
  readonly version: number;
  /** The oldest version of this package's schema whose code can still work with the tables after this step. */
  readonly usableFrom: number;
  readonly sql: string;
}

/** "dtk1": tells our files from those of other programs. @see https://www.sqlite.org/pragma.html#pragma_application_id */
export const APPLICATION_ID = 0x64_74_6b_31;

/**
 * `message.seq` is the order of appending, over all lanes. A row stays after its end, so that a redelivery is
 * recognised, until it is purged.
 *
 * `lane` has a row for each lane with something to do, and says when: `ready_place` is its place in the line of lanes
 * that are ready; with `wake_at` it sleeps until then, since `slept_at`; with neither it is busy. Places are counted, not
 * timed, so that a clock that jumps back cannot hold up a lane.
 */
export const SCHEMA: readonly SchemaStep[] = [
  {
    version: 1,
    usableFrom: 1,
    sql: `
      create table meta (
        key text primary key,
        value integer not null
      ) strict, without rowid;
      insert into meta values ('usable_from', 1), ('state_version', 0);

      create table message (
        seq integer primary key autoincrement,
        robot_code text not null,
        message_id text not null,
        lane text not null,
        sender text,
        body text,
        state text not null default 'waiting'
          check (state in ('waiting', 'running', 'done', 'dead', 'dropped')),
        attempts integer not null default 0,
        fence integer not null default 0,
        reason text,
        appended_at integer not null,
        ended_at integer,
        unique (message_id, robot_code)
      ) strict;
      create index message_waiting on message (lane, seq) where state = 'waiting';
      create index message_running on message (seq) where state = 'running';
      create index message_ended on message (state, ended_at) where ended_at is not null;
      create index message_sender on message (sender) where sender is not null;

      create table lane (
        key text primary key,
        pending integer not null,
        ready_place integer,
        wake_at integer,
        slept_at integer
      ) strict, without rowid;
      create index lane_ready on lane (ready_place) where ready_place is not null;
      create index lane_asleep on lane (wake_at) where wake_at is not null;

      create table state (
        namespace text not null,
        key text not null,
        value text not null,
        version integer not null,
        expires_at integer,
        primary key (namespace, key)
      ) strict, without rowid;
      create index state_expiry on state (expires_at) where expires_at is not null;
    `,
  },
];
