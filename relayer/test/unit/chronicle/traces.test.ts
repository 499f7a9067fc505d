import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { Fault } from '@twinspan/protocol';
import { z } from 'zod';
import type { Attempt } from '../../../src/chronicle/attempts.ts';
import { LastFaults } from '../../../src/chronicle/attempts.ts';
import { openTraces, traceIdOf } from '../../../src/chronicle/traces.ts';

const attribute = z.object({ key: z.string(), value: z.object({ stringValue: z.string() }) });
const requestSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(attribute.partial()) }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              traceId: z.string(),
              name: z.string(),
              attributes: z.array(attribute),
              status: z.object({ code: z.int().optional() }),
              startTimeUnixNano: z.string(),
              endTimeUnixNano: z.string(),
            }),
          ),
        }),
      ),
    }),
  ),
});
type Span = z.infer<typeof requestSchema>['resourceSpans'][number]['scopeSpans'][number]['spans'][number];

/** Takes OTLP over HTTP as a collector does. */
async function collecting(test: (endpoint: string, spans: Span[]) => Promise<void>): Promise<void> {
  const spans: Span[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => (text += part));
    request.on('end', () => {
      const { resourceSpans } = requestSchema.parse(JSON.parse(text));
      spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    await test(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`, spans);
  } finally {
    server.close();
  }
}

function attempt(stage: string, transferId: string, fault?: Fault): Attempt {
  const outcome = fault?.remedy ?? 'done';
  return { stage, transferId, startedAtMs: 1_700_000_000_000, endedAtMs: 1_700_000_000_250, outcome, fault };
}

describe('traces', () => {
  it('put all attempts at a transfer into one trace, those of another node too', async () => {
    await collecting(async (endpoint, spans) => {
      const nodes = await Promise.all(['custodian-1', 'auditor-1'].map((node) => openTraces(endpoint, node)));
      nodes[0]?.watch(attempt('mint-seal', '7/3'));
      nodes[0]?.watch(attempt('mint-deliver', '7/3', new Fault('CHAIN_UNREACHABLE', 'down')));
      nodes[1]?.watch(attempt('mint-deliver', '7/3'));
      nodes[1]?.watch(attempt('mint-seal', '7/4'));
      await Promise.all(nodes.map((node) => node.close()));
      const ofTransfer = spans.filter(({ traceId }) => traceId === traceIdOf('7/3').traceId);
      assert.deepEqual(ofTransfer.map(({ name }) => name).sort(), ['mint-deliver', 'mint-deliver', 'mint-seal']);
      assert.equal(spans.length, 4);
    });
  });

  it('say which stage, how it ended, by which fault, and how long it took', async () => {
    await collecting(async (endpoint, spans) => {
      const traces = await openTraces(endpoint, 'a');
      traces.watch(attempt('mint-deliver', '7/3', new Fault('FUNDS_SHORT', 'no ether')));
      await traces.close();
      const [span] = spans;
      const attributes = Object.fromEntries((span?.attributes ?? []).map(({ key, value }) => [key, value.stringValue]));
      assert.deepEqual(attributes, {
        'twinspan.transfer': '7/3',
        'twinspan.stage': 'mint-deliver',
        'twinspan.outcome': 'park',
        'twinspan.fault': 'FUNDS_SHORT',
      });
      assert.equal(span?.status.code, 2);
      assert.equal(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano), 250_000_000n);
    });
  });

  it('stop nothing when nobody collects them', async () => {
    const traces = await openTraces('http://127.0.0.1:9/v1/traces', 'a');
    traces.watch(attempt('mint-seal', '7/3'));
    await traces.close();
  });
});

describe('the last faults', () => {
  it('are the newest of each transfer, until an attempt succeeds, and never more than a thousand', () => {
    const last = new LastFaults();
    last.watch(attempt('mint-deliver', '7/3', new Fault('FUNDS_SHORT', 'no ether')));
    assert.equal(last.of('7/3')?.code, 'FUNDS_SHORT');
    last.watch(attempt('mint-deliver', '7/3'));
    assert.equal(last.of('7/3'), undefined);
    for (let i = 0; i <= 1_000; i++)
      last.watch(attempt('mint-deliver', `7/${i}`, new Fault('FUNDS_SHORT', 'no ether')));
    assert.equal(last.of('7/0'), undefined);
    assert.equal(last.of('7/1000')?.code, 'FUNDS_SHORT');
  });
});
