import type { AgentWidgetElement, LoadOptions } from './element.js';

export type * from './element.js';

export interface SlimOptions extends LoadOptions {
  /** The nonce of the page's content security policy, for the script that is added to the page. */
  nonce?: string;
}

/**
 * Brings the widget to the page, once however often it is called, and resolves to its element. All
 * code comes from the server, so that it always is of the server's version.
 *
 * Rejects where the widget cannot be shown: no such widget, a page that is not among its domains.
 */
export function load(options: SlimOptions): Promise<AgentWidgetElement>;
