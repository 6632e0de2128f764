/** What the page may know of a conversation. What is not known is left out. */
export interface ConversationDetail {
  readonly conversationId?: string;
}

/** A question that the server has, or an answer that is whole. */
export interface MessageDetail extends ConversationDetail {
  readonly messageId: string;
  readonly role: 'user' | 'agent';
}

export interface ErrorDetail extends ConversationDetail {
  /** The server's code, such as `identity_invalid`, where it gave one. */
  readonly code?: string;
}

/** What each event of the element carries. What was said is never in them. */
export interface AgentWidgetEvents {
  /** The chat has loaded. */
  ready: Readonly<Record<never, never>>;
  /** The panel was opened. */
  open: ConversationDetail;
  /** The panel was closed. */
  close: ConversationDetail;
  /** A conversation began, or was taken up again on this page. */
  conversationstart: ConversationDetail;
  /** The server has a question, or an answer is whole. */
  message: MessageDetail;
  /** The conversation has ended, whoever ended it. */
  conversationend: ConversationDetail;
  /** The form after the conversation was sent. */
  feedback: ConversationDetail;
  /** The visitor left an address. */
  lead: ConversationDetail;
  /** The visitor chose a quick action: its id. */
  action: { readonly id: string };
  /** Something was refused or broke off. */
  error: ErrorDetail;
}

export type AgentWidgetEventName = keyof AgentWidgetEvents;

export type AgentWidgetEventMap = {
  [Name in AgentWidgetEventName]: CustomEvent<AgentWidgetEvents[Name]> & { readonly type: Name };
};

export type AgentWidgetListener<Name extends AgentWidgetEventName> =
  (this: AgentWidgetElement, event: AgentWidgetEventMap[Name]) => unknown;

/** Who the visitor is: both values come from your server, which keeps the widget's identity secret. */
export type Identity =
  | {
      readonly userId: string;
      /** HMAC-SHA256 of `userId` under the secret, in hexadecimal. */
      readonly userHash: string;
      readonly userToken?: never;
    }
  | {
      /** A JWT (HS256 with the secret) that has `sub` and `exp`. */
      readonly userToken: string;
      readonly userId?: never;
      readonly userHash?: never;
    };

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

export type Theme = 'light' | 'dark' | 'system';

/**
 * The element that the widget is. Methods may be called at any time: what is called before the chat
 * has loaded waits for it. None of them throws.
 */
export interface AgentWidgetElement extends HTMLElement {
  /**
   * Opens the chat. With `message` the agent says it first, with `form` the widget's form of that id
   * stands in the chat.
   */
  open(what?: { message?: string; form?: string }): void;
  close(): void;
  toggle(): void;
  /** Opens the chat and asks. */
  send(question: string): void;
  identify(who: Identity): void;
  /** Forgets the visitor: the conversation on the screen, its token, and what the browser kept. */
  logout(): void;
  /** Kept with the conversation from its next exchange with the server on; at most 8 KB of JSON. */
  setMetadata(metadata: JsonObject): void;
  /** A language tag, as in `de` or `pt-BR`, of those that the widget has. */
  setLocale(tag: string): void;
  setTheme(theme: Theme): void;
  /** Takes the widget out of the page for good. The conversation stays in the browser. */
  destroy(): void;
  on<Name extends AgentWidgetEventName>(name: Name, listener: AgentWidgetListener<Name>, options?: boolean | AddEventListenerOptions): void;
  off<Name extends AgentWidgetEventName>(name: Name, listener: AgentWidgetListener<Name>, options?: boolean | EventListenerOptions): void;

  addEventListener<Name extends AgentWidgetEventName>(name: Name, listener: AgentWidgetListener<Name>, options?: boolean | AddEventListenerOptions): void;
  addEventListener<Name extends Exclude<keyof HTMLElementEventMap, AgentWidgetEventName>>(name: Name, listener: (this: AgentWidgetElement, event: HTMLElementEventMap[Name]) => unknown, options?: boolean | AddEventListenerOptions): void;
  addEventListener(name: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
  removeEventListener<Name extends AgentWidgetEventName>(name: Name, listener: AgentWidgetListener<Name>, options?: boolean | EventListenerOptions): void;
  removeEventListener<Name extends Exclude<keyof HTMLElementEventMap, AgentWidgetEventName>>(name: Name, listener: (this: AgentWidgetElement, event: HTMLElementEventMap[Name]) => unknown, options?: boolean | EventListenerOptions): void;
  removeEventListener(name: string, listener: EventListenerOrEventListenerObject, options?: boolean | EventListenerOptions): void;
}

/** A method and what it is given, as `agentWidget.push` takes it. */
export type AgentWidgetCall =
  | readonly ['open' | 'close' | 'toggle' | 'logout' | 'destroy']
  | readonly ['send', question: string]
  | readonly ['identify', who: Identity]
  | readonly ['setMetadata', metadata: JsonObject]
  | readonly ['setLocale', tag: string]
  | readonly ['setTheme', theme: Theme];

export interface LoadOptions {
  /** The address of your widget server, with its path where it has one. */
  server: string | URL;
  /** The widget's id, as a UUID or as `wgt_…`. */
  widgetId: string;
  /** Where the chat stands when its `display_mode` is `inline`: a CSS selector or an element. */
  target?: string | Element | null;
  /** A click on what matches this CSS selector opens and closes the chat. */
  open?: string;
  /** The chat opens when the address ends in this: `#chat`. */
  hash?: string;
  /** Ctrl or ⌘ with this key opens and closes the chat. */
  key?: string;
  /** `none`: the launcher is not shown. */
  launcher?: 'none';
  /** All subdomains of this domain share the visitor, in a cookie: `shop.example`. */
  cookie?: string;
  /** Events go to `window.dataLayer` as well. */
  dataLayer?: boolean;
}

declare global {
  interface HTMLElementTagNameMap {
    'agent-widget': AgentWidgetElement;
  }

  // Those that bubble and are nobody else's. The others have names that every element knows; they
  // are typed on the widget's own element.
  interface HTMLElementEventMap {
    conversationstart: AgentWidgetEventMap['conversationstart'];
    conversationend: AgentWidgetEventMap['conversationend'];
  }

  interface Window {
    /** Calls for the widget, also before it has come. */
    agentWidget?: { push(call: AgentWidgetCall): unknown };
  }
}
