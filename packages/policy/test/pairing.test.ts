import { createMemoryState } from "@dingtalk-kit/protocol";
import type { StatePort } from "@dingtalk-kit/protocol";
import { createManualClock } from "@dingtalk-kit/protocol/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { createPairing } from "../src/pairing.ts";
import type { Pairing, PairingAnswer } from "../src/pairing.ts";
import { matchesCode, pairingCode } from "../src/pairing-code.ts";
import { pairingInvitation, pairingWelcome } from "../src/pairing-texts.ts";
import { decideBy, direct } from "./facts.ts";

const HOUR = 3_600_000;

function openDesk(change: (state: StatePort) => StatePort = (state) => state) {
  const clock = createManualClock();
  const state = createMemoryState({ clock });
  return { clock, state, pairing: createPairing({ state: change(state) }, { clock }) };
}

const ask = (pairing: Pairing, senderId: string, accountId = "main"): Promise<PairingAnswer> =>
  pairing.request({ accountId, senderId });

async function codeOf(pairing: Pairing, senderId: string): Promise<string> {
  const answer = await ask(pairing, senderId);
  if (answer.kind !== "created" && answer.kind !== "pending") throw new Error(`no code: ${answer.kind}`);
  return answer.request.code;
}

describe("codes", () => {
  test("have eight characters that nobody mixes up, each as likely as the next", () => {
    const codes = Array.from({ length: 4_000 }, (_, index) => pairingCode(`seed ${index}`));
    expect(codes.every((code) => /^[A-HJ-NP-Z2-9]{8}$/.test(code))).toBe(true);
    expect(new Set(codes).size).toBe(codes.length);
    const counts = new Map<string, number>();
    for (const character of codes.join("")) counts.set(character, (counts.get(character) ?? 0) + 1);
    expect(counts.size).toBe(32);
    // 1,000 expected; six standard deviations either way.
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(190);
  });

  test("may be typed in small or full-width letters, with spaces and hyphens, and not wrong", () => {
    for (const typed of ["ABCD2345", "abcd2345", " abcd-2345\n", "ＡＢＣＤ２３４５", "a b c d 2 3 4 5"])
      expect(matchesCode(typed, "ABCD2345")).toBe(true);
    for (const typed of ["", "ABCD234", "ABCD23456", "ABCD2346", "*"])
      expect(matchesCode(typed, "ABCD2345")).toBe(false);
  });
});

describe("a request", () => {
  test("is created once, stays the same while it waits, and ends with approval", async () => {
    const { pairing, clock } = openDesk();
    const created = await pairing.request({ accountId: "main", senderId: "user:ann", senderName: "Ann" });
    const request = {
      senderId: "ann",
      senderName: "Ann",
      code: expect.any(String),
      createdAtMs: clock.nowMs(),
      expiresAtMs: clock.nowMs() + HOUR,
    };
    expect(created).toEqual({ kind: "created", request });
    await clock.advance(HOUR - 1);
    expect(await ask(pairing, "ann")).toEqual({ ...created, kind: "pending" });
    expect(await pairing.pending("main")).toEqual([request]);
    expect(await pairing.isApproved("main", "ann")).toBe(false);

    const code = await codeOf(pairing, "ann");
    expect(await pairing.approve("main", code.toLowerCase())).toEqual(request);
    expect(await pairing.isApproved("main", "dingtalk:ann")).toBe(true);
    expect(await pairing.isApproved("main", "Ann")).toBe(false);
    expect(await pairing.pending("main")).toEqual([]);
    expect(await ask(pairing, "ann")).toEqual({ kind: "approved" });
    expect(await pairing.approved("main")).toEqual([
      { senderId: "ann", senderName: "Ann", approvedAtMs: clock.nowMs() },
    ]);
    expect(await pairing.approve("main", code)).toBeUndefined();
  });

  test("expires after an hour: its code is worth nothing, and the next one is new", async () => {
    const { pairing, clock } = openDesk();
    const code = await codeOf(pairing, "ann");
    await clock.advance(HOUR);
    expect(await pairing.pending("main")).toEqual([]);
    expect(await pairing.approve("main", code)).toBeUndefined();
    const again = await ask(pairing, "ann");
    expect(again).toMatchObject({ kind: "created" });
    expect(again).not.toMatchObject({ request: { code } });
  });

  test("is refused while three others wait; approving, rejecting or an hour makes room", async () => {
    const { pairing, clock } = openDesk();
    const codes = [
      await codeOf(pairing, "a"),
      await codeOf(pairing, "b"),
      await codeOf(pairing, "c"),
    ] as const;
    expect(await ask(pairing, "d")).toEqual({ kind: "full" });
    expect((await ask(pairing, "a")).kind).toBe("pending");
    await pairing.reject("main", codes[0]);
    expect((await ask(pairing, "d")).kind).toBe("created");
    await pairing.approve("main", codes[1]);
    expect((await ask(pairing, "e")).kind).toBe("created");
    expect((await ask(pairing, "f")).kind).toBe("full");
    await clock.advance(HOUR);
    expect((await ask(pairing, "f")).kind).toBe("created");
    expect((await pairing.pending("main")).map(({ senderId }) => senderId)).toEqual(["f"]);
  });

  test("that was rejected lets nobody in and may be made again", async () => {
    const { pairing } = openDesk();
    const code = await codeOf(pairing, "ann");
    expect(await pairing.reject("main", code)).toMatchObject({ senderId: "ann" });
    expect(await pairing.reject("main", code)).toBeUndefined();
    expect(await pairing.isApproved("main", "ann")).toBe(false);
    expect((await ask(pairing, "ann")).kind).toBe("created");
  });

  test("belongs to its account", async () => {
    const { pairing } = openDesk();
    const code = await codeOf(pairing, "ann");
    expect(await pairing.approve("sales", code)).toBeUndefined();
    await pairing.approve("main", code);
    expect(await pairing.isApproved("sales", "ann")).toBe(false);
    expect((await ask(pairing, "ann", "sales")).kind).toBe("created");
  });

  test("needs somebody: an empty id, or everybody, cannot be paired", async () => {
    const { pairing } = openDesk();
    for (const senderId of ["", "  ", "user:", "*", "dingtalk:*"])
      await expect(ask(pairing, senderId)).rejects.toMatchObject({ code: "DINGTALK_CONFIG" });
  });
});

test("a stranger's messages are answered from the approval on, and only as long as it holds", async () => {
  const { pairing } = openDesk();
  const decided = async (): Promise<string> => {
    const paired = await pairing.isApproved("main", "ann");
    return decideBy({}, direct({ sender: { id: "ann", paired } })).reason;
  };
  expect(await decided()).toBe("dm_policy_pairing_required");
  await pairing.approve("main", await codeOf(pairing, "ann"));
  expect(await decided()).toBe("dm_policy_paired");
  await pairing.revoke("main", "ann");
  expect(await decided()).toBe("dm_policy_pairing_required");
});

test("a stranger is told the code and how long it is good for, in their language", () => {
  const request = {
    senderId: "ann",
    senderName: undefined,
    code: "ABCD2345",
    createdAtMs: 0,
    expiresAtMs: HOUR,
  };
  expect(pairingInvitation(request, 0, "en")).toMatch(/code is ABCD2345, valid for 60 minutes\./);
  expect(pairingInvitation(request, HOUR - 90_000, "en")).toMatch(/valid for 1 minute\./);
  expect(pairingInvitation(request, HOUR - 150_000, "zh")).toMatch(/配对码是 ABCD2345，2 分钟内有效/);
  expect([pairingWelcome("en"), pairingWelcome("zh")].join()).toMatch(/approved.*批准/);
});

test("an approval that is taken back lets nobody in any more", async () => {
  const { pairing } = openDesk();
  await pairing.approve("main", await codeOf(pairing, "ann"));
  expect(await pairing.revoke("main", "user:ann")).toBe(true);
  expect(await pairing.revoke("main", "ann")).toBe(false);
  expect(await pairing.isApproved("main", "ann")).toBe(false);
});

test("limits that are not positive are refused", () => {
  const state = createMemoryState();
  for (const options of [{ codeTtlMs: 0 }, { maxPending: 0 }, { maxPending: Number.NaN }])
    expect(() => createPairing({ state, ...options })).toThrow(/positive/);
});

describe("many at a time", () => {
  test("of ten strangers that ask at once three wait, whichever process they asked", async () => {
    const { state, clock } = openDesk();
    const processes = [0, 1, 2].map(() => createPairing({ state }, { clock }));
    const answers = await Promise.all(
      processes.flatMap((pairing) => Array.from({ length: 10 }, (_, index) => ask(pairing, `s${index}`))),
    );
    const counts = Object.groupBy(answers, ({ kind }) => kind);
    expect(counts.created).toHaveLength(3);
    expect(counts.pending).toHaveLength(6);
    expect(counts.full).toHaveLength(21);
  });

  test("a code that is approved and rejected at once has one outcome", async () => {
    for (const order of [0, 1]) {
      const { pairing } = openDesk();
      const code = await codeOf(pairing, "ann");
      const calls = [() => pairing.approve("main", code), () => pairing.reject("main", code)];
      const results = await Promise.all((order === 0 ? calls : calls.toReversed()).map((call) => call()));
      expect(results.filter((result) => result !== undefined)).toHaveLength(1);
      const approved = results[order] !== undefined;
      expect(await pairing.isApproved("main", "ann")).toBe(approved);
    }
  });

  test("a write that loses its race is decided anew", async () => {
    let races = 0;
    const { pairing, state } = openDesk((inner) => ({
      ...inner,
      async compareAndSet(namespace, key, write) {
        races += 1;
        if (races <= 5) return undefined;
        return inner.compareAndSet(namespace, key, write);
      },
    }));
    expect((await ask(pairing, "ann")).kind).toBe("created");
    expect(races).toBe(6);
    expect((await state.get("pairing", "main"))?.version).toBeDefined();
  });

  test("a state that never lets a write win is given up, with an error that says to try again", async () => {
    const { pairing } = openDesk((inner) => ({ ...inner, compareAndSet: async () => undefined }));
    await expect(ask(pairing, "ann")).rejects.toMatchObject({ code: "DINGTALK_PAIRING", retryable: true });
  });
});

test("what stands in the state and cannot be read approves nobody, and is written over", async () => {
  for (const value of [
    "x",
    5,
    { approved: "ann" },
    {
      approved: ["ann", { senderId: "ann" }],
      requests: [
        {},
        null,
        { senderId: "ann", code: "ABCDEFGH", createdAtMs: 0 },
        { senderId: "ann", createdAtMs: 0, expiresAtMs: 9e15 },
      ],
    },
  ]) {
    const { pairing, state } = openDesk();
    await state.compareAndSet("pairing", "main", { expectedVersion: undefined, value });
    expect(await pairing.isApproved("main", "ann")).toBe(false);
    expect(await pairing.pending("main")).toEqual([]);
    await pairing.approve("main", await codeOf(pairing, "ann"));
    expect(await pairing.isApproved("main", "ann")).toBe(true);
  }
});

test("whatever happens in whatever order: never more than three wait, and only the approved are let in", async () => {
  const step = fc.record({
    action: fc.constantFrom("request", "request", "request", "approve", "reject", "revoke", "wait"),
    who: fc.constantFrom("a", "b", "c", "d", "e"),
    waitMs: fc.integer({ min: 0, max: HOUR }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { pairing, clock } = openDesk();
      /** What a person with paper and pencil would note. */
      const waiting = new Map<string, { code: string; untilMs: number }>();
      const approved = new Set<string>();
      for (const { action, who, waitMs } of steps) {
        for (const [id, { untilMs }] of waiting) if (untilMs <= clock.nowMs()) waiting.delete(id);
        const code = waiting.get(who)?.code ?? "ABCDEFGH";
        if (action === "wait") await clock.advance(waitMs);
        else if (action === "revoke") expect(await pairing.revoke("main", who)).toBe(approved.delete(who));
        else if (action === "request") {
          const answer = await ask(pairing, who);
          const expected = approved.has(who) ? "approved" : waiting.has(who) ? "pending" : "created";
          expect(answer.kind).toBe(expected === "created" && waiting.size === 3 ? "full" : expected);
          if (answer.kind === "created")
            waiting.set(who, { code: answer.request.code, untilMs: clock.nowMs() + HOUR });
        } else {
          const done = await (action === "approve"
            ? pairing.approve("main", code)
            : pairing.reject("main", code));
          expect(done?.senderId).toBe(waiting.has(who) ? who : undefined);
          if (waiting.delete(who) && action === "approve") approved.add(who);
        }
        for (const id of ["a", "b", "c", "d", "e"])
          expect(await pairing.isApproved("main", id)).toBe(approved.has(id));
      }
    }),
    { numRuns: 200, seed: 20_261_121 },
  );
});
