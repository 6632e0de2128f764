// What the page hears and does, when we are done: a listener may call us at once, and what it
// throws is its own.

const NAMES = ['ready', 'open', 'close', 'conversationstart', 'message', 'conversationend', 'feedback', 'error'];

/** An event of the element. It bubbles, but where pages listen to their window for another of that name. */
export const emit = (host, news, layered, conversationId, messageId, asked, code) => setTimeout(() => {
  const type = NAMES[news], detail = {};
  if (conversationId) detail.conversationId = conversationId;
  if (messageId) Object.assign(detail, { messageId, role: asked ? 'user' : 'agent' });
  if (type == 'error' && code) detail.code = code;
  host.dispatchEvent(new CustomEvent(type, { detail, bubbles: !/message|error/.test(type), composed: true }));
  if (layered) (self.dataLayer ||= []).push({ event: 'agent_widget_' + type, ...detail });
});

/** Returns what ends it and takes the element out of the page. */
export const listen = (root, hear) => {
  const stop = new AbortController, { signal } = stop;
  const on = (target, kinds) => {
    // Scrolling does not bubble: it is heard on its way down.
    for (const kind of kinds.split(' ')) target.addEventListener(kind, hear, { signal, capture: kind == 'scroll' });
  };
  on(root, 'click keydown input submit scroll');
  on(self, 'online offline storage');
  on(document, 'visibilitychange');
  on(matchMedia('(prefers-color-scheme:dark)'), 'change');
  return () => {
    stop.abort();
    setTimeout(() => root.host.remove());
  };
};
