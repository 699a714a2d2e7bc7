/**
 * What GraphiQL's page has beside GraphiQL: a menu of the examples, each of which opens in a tab, and the script that
 * chooses the tab before GraphiQL starts. GraphiQL itself opens another, empty one after each reload, since it looks for
 * a tab with what was edited last.
 */
import { examples } from './graphiql-examples.ts';

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const items = examples.map(
  ({ title, query }) =>
    `<li><button type="button" data-query="${escapeHtml(query)}">${escapeHtml(title)}</button></li>`,
);

export const menu = `<nav id="examples"><details><summary>Examples</summary><ul>${items.join('')}</ul></details></nav>`;

export const menuStyle = `
  body { display: flex; flex-direction: column; height: 100vh; font: 14px system-ui, sans-serif; }
  #root { flex: 1; min-height: 0; }
  #root .graphiql-container { height: 100%; }
  #examples { background: #1b2240; color: #fff; padding: 6px 12px; }
  #examples summary { cursor: pointer; width: max-content; }
  #examples ul { list-style: none; margin: 0; padding: 6px; position: absolute; z-index: 10; background: #fff;
    border-radius: 6px; box-shadow: 0 4px 16px #0006; max-height: 80vh; overflow: auto; }
  #examples button { border: 0; background: none; color: #1b2240; font: inherit; padding: 6px 10px; width: 100%;
    text-align: left; cursor: pointer; }
  #examples button:hover, #examples button:focus { background: #e7e9f5; }`;

/** Runs before GraphiQL, which finds the chosen tab by what it then reads as edited last. */
export const tabScript = `
  (() => {
    const kept = (name) => localStorage.getItem('graphiql:' + name);
    const keep = (name, value) =>
      value ? localStorage.setItem('graphiql:' + name, value) : localStorage.removeItem('graphiql:' + name);
    let state = null;
    try { state = JSON.parse(kept('tabState')); } catch {}
    if (!Array.isArray(state?.tabs)) state = { tabs: [], activeTabIndex: 0 };
    const example = sessionStorage.getItem('example');
    sessionStorage.removeItem('example');
    const wanted = example ?? new URLSearchParams(location.search).get('query');
    let active = wanted === null ? state.activeTabIndex : state.tabs.findLastIndex((tab) => tab.query === wanted);
    if (active < 0 && example !== null) {
      const named = /^(?:query|subscription) +(\\w+)/m.exec(example);
      const id = crypto.randomUUID?.() ?? String(Math.random());
      active = state.tabs.push({ id, hash: '', title: named?.[1] ?? 'example', query: example, variables: null,
        headers: null, operationName: named?.[1] ?? null, response: null }) - 1;
    }
    const tab = state.tabs[active];
    if (tab) keep('tabState', JSON.stringify({ ...state, activeTabIndex: active }));
    if (tab || wanted === null) keep('query', tab?.query);
    keep('variables', tab?.variables);
    keep('headers', tab?.headers);
  })();`;

/** The page is the same at its address without a query, which the browser has kept. */
export const menuScript = `
  document.getElementById('examples').addEventListener('click', (event) => {
    const query = event.target.dataset?.query;
    if (query === undefined) return;
    sessionStorage.setItem('example', query);
    history.replaceState(null, '', location.pathname);
    location.reload();
  });`;
