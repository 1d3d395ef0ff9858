import type { DatabaseSync } from "node:sqlite";

/**
 * What the last owner left: messages it had claimed wait again, their attempts counted; and the line of lanes is written
 * anew from the messages, so that a damaged one heals. Lanes that slept sleep on.
 */
export function recoverLanes(db: DatabaseSync): void {
  db.exec(`
    begin immediate;
    update message set state = 'waiting' where state = 'running';
    delete from lane where key not in (select lane from message where state = 'waiting');
    insert into lane (key, pending, ready_place)
      select lane, count(*), row_number() over (order by min(seq)) from message where state = 'waiting' group by lane
      on conflict do update set
        pending = excluded.pending,
        ready_place = case when wake_at is null then excluded.ready_place end;
    commit;
  `);
}

/** The polite end: claimed messages wait again as if they had not been claimed. */
export function giveBackClaims(db: DatabaseSync): void {
  db.exec(
    "update message set state = 'waiting', attempts = attempts - 1 where state = 'running' and attempts > 0",
  );
}
