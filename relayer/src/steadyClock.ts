/**
 * The wall clock in milliseconds, but one that never goes back and never stands still: when the machine's clock is set
 * back, time goes on from where it was. Waits are measured by it, so a clock that jumps freezes no job; the calendar, such
 * as the end of an appraisal, is read from the wall clock itself.
 */
export function steadyClock(
  wallMs: () => number = Date.now,
  elapsedMs: () => number = () => performance.now(),
): () => number {
  let lastMs = wallMs();
  let seenMs = elapsedMs();
  return () => {
    const nowMs = elapsedMs();
    lastMs = Math.max(Math.round(wallMs()), lastMs + Math.floor(nowMs - seenMs));
    seenMs += Math.floor(nowMs - seenMs);
    return lastMs;
  };
}
