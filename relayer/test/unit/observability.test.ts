import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, it } from 'node:test';
import { isFaultCode } from '@twinspan/protocol';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';
import { z } from 'zod';
import { Metrics } from '../../src/metrics.ts';
import { MemoryAsset } from '../fakes/memoryAsset.ts';
import { BRIDGE, MemoryTrading, TRADING_CHAIN_ID } from '../fakes/memoryTrading.ts';
import { inviteGuests, PeerNode } from '../fakes/peerMesh.ts';

const root = resolve(import.meta.dirname, '../../..');
const textOf = (file: string): string => readFileSync(resolve(root, file), 'utf8');

const alertsSchema = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^[A-Z][A-Za-z]+$/),
          expr: z.string(),
          for: z.string().regex(/^\d+[smh]$/),
          labels: z.strictObject({ severity: z.enum(['critical', 'warning', 'info']) }),
          annotations: z.strictObject({ summary: z.string(), next: z.string(), runbook: z.string() }),
        }),
      ),
    }),
  ),
});
const dashboardSchema = z.object({
  panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })).default([]) })),
});

const alerts = alertsSchema.parse(parse(textOf('ops/observability/alerts.yml'))).groups.flatMap(({ rules }) => rules);
const panels = dashboardSchema.parse(JSON.parse(textOf('ops/observability/dashboard.json'))).panels;
const operations = textOf('bridge/docs/operations.md');

/** Every series a node has, each with the labels that it may carry. */
async function series(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const metrics = new Metrics();
  metrics.measureProcess();
  const { registry } = metrics;
  const known = new Map<string, ReadonlySet<string>>([['up', new Set(['job'])]]);
  for (const { name, type } of await registry.getMetricsAsJSON()) {
    const metric = registry.getSingleMetric(name) as unknown as { labelNames?: string[] };
    const labels = new Set([...(metric.labelNames ?? []), 'instance', 'job', 'le']);
    const isHistogram = (type as unknown as string) === 'histogram';
    for (const end of isHistogram ? ['_bucket', '_sum', '_count'] : ['']) known.set(`${name}${end}`, labels);
  }
  return known;
}

/** What an expression names, by its parsed form. @throws when it is no PromQL */
function parsed(expr: string): { readonly names: string[]; readonly labels: string[]; readonly increased: string[] } {
  const found = { names: [] as string[], labels: [] as string[], increased: [] as string[] };
  parser.parse(expr).iterate({
    enter: ({ node, name, from, to }) => {
      if (node.type.isError) throw new Error(`no PromQL at ${from}: ${expr}`);
      const text = expr.slice(from, to);
      if (name === 'LabelName') found.labels.push(text);
      if (name !== 'Identifier' || node.parent?.name !== 'VectorSelector') return;
      found.names.push(text);
      if (node.parent.parent?.name === 'MatrixSelector') found.increased.push(text);
    },
  });
  return found;
}

describe('alerts and the dashboard', () => {
  const expressions = [
    ...alerts.map(({ expr }) => expr),
    ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ];

  it('ask only for series that a node has, by labels that these carry', async () => {
    const known = await series();
    for (const expr of expressions) {
      const { names, labels: asked } = parsed(expr);
      assert.ok(names.length > 0, expr);
      for (const name of names) assert.ok(known.has(name), `${name} in ${expr}`);
      const labels = new Set(names.flatMap((name) => [...(known.get(name) ?? [])]));
      for (const label of asked) assert.ok(labels.has(label), `label ${label} in ${expr}`);
    }
  });

  it('are refused when they are no PromQL', () => {
    for (const expr of ['up ==', 'sum by (up', 'increase(up[1y2])']) assert.throws(() => parsed(expr), expr);
  });

  it('see the first increase of a counter: it stands at 0 before anything happens', async () => {
    const values = await new Metrics().registry.metrics();
    const ofPeers = 'bridge_peer_shut_outs_total';
    for (const name of new Set(alerts.flatMap(({ expr }) => parsed(expr).increased)))
      if (name !== ofPeers) assert.match(values, new RegExp(`^${name}(?:{.*})? 0$`, 'm'), name);
    const chains = { asset: new MemoryAsset(TRADING_CHAIN_ID, BRIDGE), trading: new MemoryTrading() };
    const node = await PeerNode.open(await inviteGuests(3), 0, chains);
    const { values: shutOuts } = await node.memory.modules.metrics.list.peerShutOuts.get();
    await node.close();
    assert.deepEqual(
      shutOuts.map(({ labels, value }) => `${String(labels.node)} ${value}`),
      ['node-1 0', 'node-2 0'],
    );
    const { faults } = new Metrics().list;
    assert.deepEqual(
      (await faults.get()).values.map(({ labels }) => labels.code),
      ['CHECKPOINT_DIFFERS'],
    );
  });

  it('show every metric of ours somewhere, or say why not', async () => {
    const unseen = new Set([
      ...['bridge_transactions_total', 'bridge_attestations', 'bridge_attestations_seen_total', 'bridge_api_watchers'],
      ...['bridge_supply_sealed_units', 'bridge_supply_accounted_units', 'bridge_backing_next_look_timestamp_seconds'],
      ...[
        'bridge_peer_offences_total',
        'bridge_fetched_total',
        'bridge_fetches_answered_total',
        'bridge_carrier_pending',
      ],
      ...['bridge_carrier_paid_ether_total', 'bridge_endpoint_blocks_behind'],
    ]);
    const shown = new Set(
      expressions.flatMap((expr) => parsed(expr).names).map((name) => name.replace(/_bucket$/, '')),
    );
    const ours = Object.values(new Metrics().list).map((metric) => (metric as unknown as { name: string }).name);
    await Promise.resolve();
    for (const name of ours) assert.notEqual(shown.has(name), unseen.has(name), name);
  });

  it('say what to do, each at a heading of the operations page, naming only faults that exist', () => {
    const names = alerts.map(({ alert }) => alert);
    assert.equal(new Set(names).size, names.length);
    for (const { alert, annotations } of alerts) {
      assert.equal(annotations.runbook, `bridge/docs/operations.md#${alert.toLowerCase()}`);
      assert.match(operations, new RegExp(String.raw`^### ${alert}\n\n[^#\n].{40,}`, 'm'), alert);
      for (const [, code = ''] of annotations.next.matchAll(/explain ([A-Z_]{5,})/g))
        assert.ok(isFaultCode(code), code);
    }
    for (const [, heading = ''] of operations.matchAll(/^### (.+)$/gm)) assert.ok(names.includes(heading), heading);
  });
});
