// Shows this node through its own API. Everything is written as text, never as markup.

const EVERY_MS = 2_000;
const MOST_EVENTS = 100;

const at = (id) => document.getElementById(id);
const ask = async (path) => (await fetch(path)).json();
const short = (id) => (id.length > 14 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id);
const ago = (ms) => `${Math.max(0, Math.round((Date.now() - ms) / 1_000))} s ago`;

function element(name, text, className = '') {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

/** Columns are [title, row → text or number, row → class]. */
function table(place, columns, rows, none) {
  if (rows.length === 0) return at(place).replaceChildren(element('p', none));
  const made = document.createElement('table');
  const line = (cells) => {
    const row = document.createElement('tr');
    row.append(...cells);
    return row;
  };
  made.append(line(columns.map(([title]) => element('th', title))));
  for (const row of rows) {
    const cells = columns.map(([, of, look]) => {
      const value = of(row);
      return element('td', String(value), `${typeof value === 'number' ? 'number' : ''} ${look?.(row) ?? ''}`);
    });
    made.append(line(cells));
  }
  at(place).replaceChildren(made);
}

function showStatus(status) {
  at('node').textContent = `${status.node} · ${status.roles.join(', ')}`;
  const waits = status.waitingFor.length === 0 ? 'ready' : `waiting for ${status.waitingFor.join(', ')}`;
  const { applied, final } = status.tradingChain;
  at('state').textContent =
    `${waits} · trading chain at ${applied}, final to ${final} · ${status.queues.parked} parked`;
  at('state').className = status.waitingFor.length + status.queues.parked === 0 ? 'good' : 'bad';
}

function showLanes({ lanes }) {
  const columns = [
    ['lane', (lane) => short(lane.laneId)],
    ['sealed', (lane) => Number(lane.sealed)],
    ['delivered', (lane) => Number(lane.delivered)],
    ['under way', (lane) => lane.undelivered],
    ['last', (lane) => ago(lane.progressedAtMs)],
    ['', (lane) => (lane.paused ? 'paused' : ''), () => 'bad'],
  ];
  table('lanes', columns, lanes, 'no lane leads here yet');
}

function showSupply({ lanes }) {
  const rows = lanes.flatMap(({ records }) => records);
  const columns = [
    ['record', (row) => short(row.rightsId)],
    ['sealed', (row) => Number(row.sealed ?? row.attested)],
    ['minted', (row) => Number(row.minted)],
    ['held', (row) => Number(row.held)],
    ['outboxed', (row) => Number(row.outboxed)],
    ['difference', (row) => Number(row.difference), (row) => (row.difference === '0' ? 'good' : 'bad')],
  ];
  table('supply', columns, rows.slice(0, 50), 'nothing has crossed yet');
}

function showQueues({ queues }) {
  const rows = Object.entries(queues).map(([name, queue]) => ({ name, ...queue }));
  const columns = [
    ['stage', (row) => row.name],
    ['waiting', (row) => row.length],
    ['oldest, s', (row) => Math.round(row.oldestSeconds)],
    ['parked', (row) => row.parked, (row) => (row.parked === 0 ? '' : 'bad')],
  ];
  table('queues', columns, rows, 'nothing');
}

function showPeers({ peers }) {
  const columns = [
    ['node', (peer) => peer.node],
    ['roles', (peer) => peer.roles.join(', ')],
    ['', (peer) => (peer.isConnected ? 'connected' : 'away'), (peer) => (peer.isConnected ? 'good' : 'bad')],
  ];
  table('peers', columns, peers, 'this node is alone');
}

async function look() {
  try {
    const [status, lanes, queues, peers] = await Promise.all(
      ['status', 'lanes', 'queues', 'peers'].map((name) => ask(`/v1/${name}`)),
    );
    showStatus(status);
    showLanes(lanes);
    showQueues(queues);
    showPeers(peers);
    showSupply(await ask('/v1/supply'));
  } catch {
    at('state').textContent = 'the node does not answer';
    at('state').className = 'bad';
  }
  setTimeout(look, document.hidden ? 5 * EVERY_MS : EVERY_MS);
}

function follow() {
  const source = new EventSource('/v1/events');
  const kinds = 'sealed endorsed delivered held minted bounced outboxed released record fault lane reorg gap';
  for (const kind of kinds.split(' ')) {
    source.addEventListener(kind, ({ data }) => {
      const { atMs, ...details } = JSON.parse(data);
      const words = Object.entries(details).map(([name, value]) => `${name} ${short(String(value))}`);
      const when = new Date(atMs ?? Date.now()).toLocaleTimeString();
      at('events').prepend(element('li', `${when}  ${kind}  ${words.join('  ')}`));
      while (at('events').children.length > MOST_EVENTS) at('events').lastChild.remove();
    });
  }
}

follow();
await look();
