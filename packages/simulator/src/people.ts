import { opaqueUserId } from "./ids.ts";
import type { SimulatedPerson } from "./options.ts";

/** A person as robot messages describe the sender. */
export interface Person {
  readonly staffId: string;
  readonly nick: string;
  readonly unionId: string | undefined;
  readonly isAdmin: boolean;
  /** `$:LWCP_v1:$…` */
  readonly senderId: string;
}

export interface People {
  /** The person with this staff id. Whoever is not in the directory is made up. */
  get(staffId: string): Person;
  /** Whether a send to this staff id arrives. */
  isEmployee(staffId: string): boolean;
}

/** @param directory - absent: everybody is an employee */
export function createPeople(directory: readonly SimulatedPerson[] | undefined): People {
  const listed = new Map((directory ?? []).map((person) => [person.staffId, person]));
  return {
    get(staffId) {
      const person = listed.get(staffId);
      return {
        staffId,
        nick: person?.nick ?? staffId,
        unionId: person?.unionId,
        isAdmin: person?.isAdmin ?? false,
        senderId: opaqueUserId(`person ${staffId}`),
      };
    },
    isEmployee: (staffId) => directory === undefined || listed.has(staffId),
  };
}
