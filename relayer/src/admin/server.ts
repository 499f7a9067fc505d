import { chmodSync, existsSync, lstatSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { Fault } from '@twinspan/protocol';
import { fastify } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { App } from '../api/app.ts';
import { errorHandler } from '../api/errors.ts';
import { HEADER_BYTES, REQUEST_MS } from '../api/limits.ts';
import type { AdminModules } from './modules.ts';
import { adminRoutes } from './routes.ts';

/** Longest request, in bytes: a reason fits. */
const BODY_BYTES = 4_096;
const CONNECTIONS = 16;

/**
 * The verbs of whoever runs the node, on a socket that only this user can open: never on a port.
 * @throws Fault CONFIG_BAD when others can write the socket's folder, something else lies there, or another node listens
 */
export async function openAdmin(socket: string, modules: AdminModules): Promise<{ close(): Promise<void> }> {
  await clearWay(socket);
  const app: App = fastify({
    bodyLimit: BODY_BYTES,
    requestTimeout: REQUEST_MS,
    forceCloseConnections: true,
    http: { maxHeaderSize: HEADER_BYTES },
  }).withTypeProvider<ZodTypeProvider>();
  app.server.maxConnections = CONNECTIONS;
  app.setValidatorCompiler(validatorCompiler).setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(errorHandler(modules.log));
  adminRoutes(app, modules);
  // Created closed to others, not closed afterwards.
  const mask = process.umask(0o177);
  try {
    await app.listen({ path: socket });
  } finally {
    process.umask(mask);
  }
  chmodSync(socket, 0o600);
  return {
    close: async () => {
      await app.close();
      rmSync(socket, { force: true });
    },
  };
}

async function clearWay(socket: string): Promise<void> {
  const folder = dirname(socket);
  if (!existsSync(folder)) throw new Fault('CONFIG_BAD', `there is no folder ${folder} for the admin socket`);
  const { mode } = statSync(folder);
  // In a folder that others write, they could put a socket of their own in its place; a sticky one keeps them off.
  if ((mode & 0o022) !== 0 && (mode & 0o1000) === 0)
    throw new Fault('CONFIG_BAD', `others can write ${folder}: put the admin socket where only this user can`);
  if (!existsSync(socket)) return;
  if (!lstatSync(socket).isSocket()) throw new Fault('CONFIG_BAD', `${socket} is there and is no socket`);
  if (await answers(socket)) throw new Fault('CONFIG_BAD', `another node listens on ${socket}`);
  rmSync(socket);
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(socket);
    const end = (isThere: boolean): void => {
      probe.destroy();
      resolve(isThere);
    };
    probe.once('connect', () => {
      end(true);
    });
    probe.once('error', () => {
      end(false);
    });
  });
}
