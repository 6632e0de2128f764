// Every method and every event, used rightly and wrongly; only the compiler reads this.
import { load } from 'agent-widget';
import { load as loadSlim, type AgentWidgetElement, type AgentWidgetEventMap, type Identity } from 'agent-widget/slim';

const chat: AgentWidgetElement = await load({ server: 'https://chat.example.com', widgetId: 'wgt_00' });
await load({
  server: new URL('https://chat.example.com/chat'),
  widgetId: 'wgt_00',
  target: document.querySelector('#chat'),
  open: '.help',
  hash: '#chat',
  key: 'k',
  launcher: 'none',
  dataLayer: true,
});
await loadSlim({ server: 'https://chat.example.com', widgetId: 'wgt_00', target: '#chat', nonce: 'abc' });
// @ts-expect-error a widget has a server
await load({ widgetId: 'wgt_00' });
// @ts-expect-error nothing is added to the page that would need a nonce
await load({ server: '', widgetId: '', nonce: 'abc' });
// @ts-expect-error the launcher can only be taken away
await loadSlim({ server: '', widgetId: '', launcher: 'big' });

chat.open();
chat.close();
chat.toggle();
chat.send('When are you open?');
chat.identify({ userId: 'u_42', userHash: '00' });
chat.identify({ userToken: 'eyJ' });
chat.logout();
chat.setMetadata({ plan: 'pro', seats: 3, tags: ['a'], trial: { ends: null } });
chat.setLocale('pt-BR');
chat.setTheme('system');
chat.destroy();
// @ts-expect-error a question is a text
chat.send(7);
// @ts-expect-error a user is proven
chat.identify({ userId: 'u_42' });
// @ts-expect-error by one of the two
const both: Identity = { userId: 'u_42', userHash: '00', userToken: 'eyJ' };
// @ts-expect-error a date is no JSON
chat.setMetadata({ since: new Date() });
// @ts-expect-error metadata is an object
chat.setMetadata('pro');
// @ts-expect-error there is no such theme
chat.setTheme('blue');
// @ts-expect-error there is no such method
chat.hide();

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <T extends true>(): T | void => undefined;

chat.on('ready', ({ type }) => is<Same<typeof type, 'ready'>>());
chat.on('open', ({ detail }) => is<Same<typeof detail.conversationId, string | undefined>>());
chat.on('close', ({ detail }) => detail.conversationId?.length);
chat.on('conversationstart', ({ detail }) => detail.conversationId);
chat.on('message', ({ detail }) => is<Same<typeof detail.role, 'user' | 'agent'>>());
chat.on('message', ({ detail }) => is<Same<typeof detail.messageId, string>>());
chat.on('conversationend', ({ detail }) => detail.conversationId);
chat.on('feedback', ({ detail }) => detail.conversationId);
chat.on('error', ({ detail }) => is<Same<typeof detail.code, string | undefined>>());
chat.on('error', function () { this.open(); }, { once: true });
const noted = ({ detail }: AgentWidgetEventMap['message']) => console.log(detail.messageId);
chat.on('message', noted);
chat.off('message', noted);
chat.addEventListener('message', noted);
chat.removeEventListener('message', noted);
chat.addEventListener('open', ({ detail }) => detail.conversationId);
chat.addEventListener('click', (event) => is<Same<typeof event, PointerEvent>>());
chat.addEventListener('something-else', (event) => is<Same<typeof event, Event>>());
// @ts-expect-error there is no such event
chat.on('opened', () => undefined);
// @ts-expect-error what was said is never in an event
chat.on('message', ({ detail }) => detail.content);
// @ts-expect-error an answer is no error
chat.on('error', noted);

const found = document.querySelector('agent-widget');
is<Same<typeof found, AgentWidgetElement | null>>();
document.body.addEventListener('conversationstart', ({ detail }) => detail.conversationId);
// @ts-expect-error this is another element's event
document.body.addEventListener('open', ({ detail }) => detail);

(self.agentWidget ||= []).push(['send', 'When are you open?']);
self.agentWidget.push(['open']);
// @ts-expect-error a question is missing
self.agentWidget.push(['send']);
