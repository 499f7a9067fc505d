import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { dirname, join, resolve } from 'node:path';
import { Fault, parseFault } from '@twinspan/protocol';
import { z } from 'zod';
import type { Context } from './context.ts';

/** A relayer node, by the ways that lead to it. */
export interface NodeAddress {
  readonly name: string;
  readonly url: string | undefined;
  /** Of its verbs. */
  readonly socket: string | undefined;
}

const configSchema = z.object({
  node: z.string(),
  http: z.object({ host: z.string().default('127.0.0.1'), port: z.int() }),
  admin: z.object({ socket: z.string() }).optional(),
});
const refusalSchema = z.object({ code: z.string(), sentence: z.string() });

const DEADLINE_MS = 10_000;
const MOST_BYTES = 4 * 1_024 * 1_024;

/** The nodes whose configurations lie beside the network's description. */
export function nodesBeside(networkFile: string): NodeAddress[] {
  const folder = join(dirname(networkFile), 'nodes');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .flatMap((file) => nodeIn(join(folder, file)));
}

function nodeIn(file: string): NodeAddress[] {
  const parsed = configSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success) return [];
  const { node, http, admin } = parsed.data;
  const socket = admin === undefined ? undefined : resolve(dirname(file), admin.socket);
  return [{ name: node, url: `http://${http.host}:${http.port}`, socket }];
}

/** A URL, a socket, or the name of a node of the network. @throws {Fault} USAGE_BAD */
export function nodeNamed(context: Context, text: string): NodeAddress {
  if (/^https?:\/\//.test(text)) return { name: text, url: text, socket: undefined };
  if (text.includes('/')) return { name: text, url: undefined, socket: resolve(text) };
  const nodes = nodesBeside(context.networkFile());
  const found = nodes.find(({ name }) => name === text);
  if (found !== undefined) return found;
  const names = nodes.map(({ name }) => name).join(', ');
  throw new Fault('USAGE_BAD', `there is no node ${text}: name one of ${names}, or give a URL or a socket`);
}

/** Asks a node's port. @throws {Fault} what the node refuses with, CHAIN_UNREACHABLE */
export async function askNode<Schema extends z.ZodType>(
  { name, url }: NodeAddress,
  path: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  if (url === undefined) throw new Fault('USAGE_BAD', `${name} is a socket: this is asked at the node's URL`);
  return answerOf(name, schema, () => exchange({ url: new URL(path, url), method: 'GET' }));
}

/** Has a node do something, by its local socket. @throws {Fault} as {@link askNode} */
export async function tellNode<Schema extends z.ZodType>(
  { name, socket }: NodeAddress,
  path: string,
  body: object | undefined,
  schema: Schema,
): Promise<z.output<Schema>> {
  if (socket === undefined) throw new Fault('USAGE_BAD', `${name} has no local socket here: verbs need one`);
  return answerOf(name, schema, () => exchange({ url: new URL(path, 'http://node'), socket, method: 'POST', body }));
}

interface Exchange {
  readonly url: URL;
  readonly socket?: string;
  readonly method: 'GET' | 'POST';
  readonly body?: object | undefined;
}

async function answerOf<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  ask: () => Promise<{ readonly status: number; readonly text: string }>,
): Promise<z.output<Schema>> {
  const { status, text } = await ask().catch((cause: unknown) => {
    throw new Fault('CHAIN_UNREACHABLE', `node ${name} does not answer: ${String(cause)}`, { cause });
  });
  const body = jsonOf(name, text);
  if (status === 200 || status === 503) {
    const parsed = schema.safeParse(body);
    if (parsed.success) return parsed.data;
  }
  const refusal = refusalSchema.safeParse(body);
  const said = refusal.success ? `${refusal.data.code}: ${refusal.data.sentence}` : '';
  throw parseFault(said) ?? new Fault('INTERNAL', `node ${name} answers ${status} with something else`);
}

function jsonOf(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Fault('INTERNAL', `node ${name} does not answer in JSON`, { cause });
  }
}

function exchange({ url, socket, method, body }: Exchange): Promise<{ status: number; text: string }> {
  return new Promise((done, fail) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const way = socket === undefined ? {} : { socketPath: socket };
    const signal = AbortSignal.timeout(DEADLINE_MS);
    const sent = request(url, { method, headers, signal, agent: false, ...way }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
        if (text.length > MOST_BYTES) sent.destroy(new Error('the answer is too long'));
      });
      response.on('error', fail).on('end', () => {
        done({ status: response.statusCode ?? 0, text });
      });
    });
    sent.on('error', fail);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
