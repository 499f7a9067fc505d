import { Fault, faults } from '@twinspan/protocol';
import type { FaultCode } from '@twinspan/protocol';
import { plainError, withoutUrls } from '@twinspan/sdk';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import { z } from 'zod';

/** How every refusal looks. */
const refusal = z
  .object({
    code: z.string().describe('a fault code; `twinspan explain CODE` says more'),
    sentence: z.string(),
    next: z.string().describe('what to do'),
  })
  .meta({ id: 'Refusal' });

export const refusals = { '4xx': refusal, '5xx': refusal };

const STATUS: Partial<Record<FaultCode, number>> = {
  NOT_FOUND: 404,
  NO_LONGER_KEPT: 410,
  REQUEST_BAD: 400,
  BAD_REQUEST: 400,
  REQUESTS_TOO_MANY: 429,
  CHAIN_UNREACHABLE: 503,
  TIMED_OUT: 503,
  ENDPOINTS_DISAGREE: 503,
};

function refuse(reply: FastifyReply, fault: Fault, status = STATUS[fault.code] ?? 500): FastifyReply {
  const { code, sentence } = fault;
  return reply
    .code(status)
    .type('application/json')
    .send(JSON.stringify({ code, sentence, next: faults[code].advice }));
}

/** Errors of the client say what is wrong with the request; what is wrong inside stays in the log. */
export function errorHandler(log: Logger) {
  return (error: FastifyError | Fault, _request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (error instanceof Fault) return refuse(reply, error);
    if (hasZodFastifySchemaValidationErrors(error)) {
      const issues = error.validation.map(({ instancePath, message }) => `${placeOf(instancePath)}${message ?? ''}`);
      return refuse(reply, new Fault('REQUEST_BAD', issues.join('; ')));
    }
    const status = error.statusCode ?? 500;
    if (status >= 400 && status < 500) return refuse(reply, new Fault('REQUEST_BAD', error.message), status);
    log.error({ code: 'INTERNAL', error: plainError(error), stack: withoutUrls(error.stack ?? '') }, 'request failed');
    return refuse(reply, new Fault('INTERNAL', "the node's log says more"), status);
  };
}

function placeOf(instancePath: string): string {
  return instancePath === '' ? '' : `${instancePath.replaceAll('/', '.').slice(1)}: `;
}

export function notFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (request.method === 'GET' || request.method === 'HEAD')
    return refuse(reply, new Fault('NOT_FOUND', 'nothing is at this path'));
  void reply.header('allow', 'GET, HEAD');
  return refuse(reply, new Fault('REQUEST_BAD', 'this port only answers GET'), 405);
}
