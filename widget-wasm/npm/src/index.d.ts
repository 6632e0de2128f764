import type { AgentWidgetElement, LoadOptions } from './element.js';

export type * from './element.js';

/**
 * Brings the widget to the page, once however often it is called, and resolves to its element. All
 * code comes from this package; the server is asked for data only.
 *
 * Rejects where the widget cannot be shown: no such widget, a page that is not among its domains, a
 * server of another version.
 */
export function load(options: LoadOptions): Promise<AgentWidgetElement>;
