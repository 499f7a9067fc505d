import type { Hex } from '@twinspan/protocol';
import type { Call } from '../call.ts';
import { requireRecord } from './records.ts';

const HOUR_SECONDS = 3600;
const WINDOW_HOURS = 24;

/**
 * Counts units against the record's limit for 24 hours; false when they do not fit. Hours are counted whole, so the
 * window is 24 to 25 hours long and never shorter. The time is the proposal's, which every endorser has checked.
 */
export async function spendWindow(call: Call, rightsId: Hex, units: bigint): Promise<boolean> {
  const { windowLimit } = await requireRecord(call, rightsId);
  if (windowLimit === undefined) return true;
  const at = call.keys.window(rightsId);
  const now = Math.floor(call.sentAt / HOUR_SECONDS);
  const recent = ((await call.store.get(at))?.hours ?? []).filter(({ hour }) => hour >= now - WINDOW_HOURS);
  const spent = recent.reduce((sum, hour) => sum + hour.units, 0n);
  if (spent + units > windowLimit) return false;

  const inThisHour = recent.find(({ hour }) => hour === now)?.units ?? 0n;
  const others = recent.filter(({ hour }) => hour !== now);
  const hours = [...others, { hour: now, units: inThisHour + units }].sort((a, b) => a.hour - b.hour);
  call.store.put(at, { hours });
  return true;
}
