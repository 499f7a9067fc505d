/** What one address may ask of this port. */

/** Requests of any kind. */
export const USUAL = { max: 600, timeWindow: 10_000 };

/** For routes that read much of the store, or the chains. */
export const EXPENSIVE = { rateLimit: { max: 60, timeWindow: 10_000 } };

export const REQUEST_BYTES = 1_024;
export const HEADER_BYTES = 8_192;
export const REQUEST_MS = 10_000;
/** Connections at a time, watchers of live events included. */
export const CONNECTIONS = 512;
export const WATCHERS = 64;
/** What a watcher may leave unread. */
export const UNREAD_BYTES = 256 * 1_024;
export const HEARTBEAT_MS = 15_000;
