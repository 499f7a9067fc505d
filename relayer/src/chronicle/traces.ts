import { createHash } from 'node:crypto';
import { ROOT_CONTEXT, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import type { Context, Tracer } from '@opentelemetry/api';
import type { Attempt, WatchAttempt } from './attempts.ts';

export interface Traces {
  readonly watch: WatchAttempt;
  /** Sends what is left. */
  close(): Promise<void>;
}

/** How long a collector may take, also at the end: a node does not stay for one that is away. */
const SEND_MS = 1_000;
/** Spans that wait to be sent; more are dropped. */
const MOST_SPANS = 2_048;

/**
 * Sends a span for each attempt of a stage. All spans of a transfer are of one trace, those of other nodes too, because
 * the trace's id comes from the transfer's alone. The exporter is loaded only here.
 * @param endpoint of OTLP over HTTP, for instance `http://127.0.0.1:4318/v1/traces`
 */
export async function openTraces(endpoint: string, node: string): Promise<Traces> {
  const [{ BatchSpanProcessor, TracerProvider }, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all(
    [
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ],
  );
  const exporter = new OTLPTraceExporter({ url: endpoint, timeoutMillis: SEND_MS });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'twinspan-relayer', 'service.instance.id': node }),
    spanProcessors: [new BatchSpanProcessor({ exporter, maxQueueSize: MOST_SPANS })],
  });
  const tracer = provider.getTracer('twinspan');
  return {
    watch: (attempt) => {
      record(tracer, attempt);
    },
    close: () => provider.shutdown().catch(() => undefined),
  };
}

function record(tracer: Tracer, { stage, transferId, startedAtMs, endedAtMs, outcome, fault }: Attempt): void {
  const attributes = { 'twinspan.transfer': transferId, 'twinspan.stage': stage, 'twinspan.outcome': outcome };
  const span = tracer.startSpan(stage, { startTime: startedAtMs, attributes }, transferContext(transferId));
  if (fault !== undefined) {
    span.setAttribute('twinspan.fault', fault.code);
    span.setStatus({ code: SpanStatusCode.ERROR, message: fault.message });
  }
  span.end(endedAtMs);
}

/** The same on every node: 16 bytes, and 8 of the span that all others hang on. */
export function traceIdOf(transferId: string): { readonly traceId: string; readonly spanId: string } {
  const hash = createHash('sha256').update(`twinspan/transfer/${transferId}`).digest('hex');
  return { traceId: hash.slice(0, 32), spanId: hash.slice(32, 48) };
}

function transferContext(transferId: string): Context {
  return trace.setSpanContext(ROOT_CONTEXT, { ...traceIdOf(transferId), traceFlags: TraceFlags.SAMPLED });
}
