// What is measured: the bare page, our widget, and its peers as their own pages say to embed them.
//
// `seen` is what a visitor sees first and `panel` where a question is typed, as selectors joined
// by `>>>` at shadow roots. Without `panel` there is nothing to open.

const FLOW = '11111111-1111-4111-8111-111111111111';
const module = (code) => `<script type="module">${code}</script>`;

export const subjects = (embed) => [
  { name: 'the page alone', seen: 'h1' },
  {
    name: 'this widget',
    body: `<script src="${embed}" async></script>`,
    seen: 'agent-widget >>> button.b',
    panel: 'agent-widget >>> textarea',
  },
  {
    name: 'deep-chat',
    head: '<script type="module" src="/npm/deep-chat/dist/deepChat.bundle.js"></script>',
    body: '<deep-chat></deep-chat>',
    seen: 'deep-chat >>> #text-input',
  },
  {
    name: '@n8n/chat',
    head: '<link rel="stylesheet" href="/npm/@n8n/chat/dist/style.css">',
    body: module(`import { createChat } from '/npm/@n8n/chat/dist/chat.bundle.es.js';
      createChat({ webhookUrl: location.origin + '/webhook' });`),
    stubs: [['webhook', { data: [] }]],
    seen: '.chat-window-toggle',
    panel: '.chat-window textarea',
  },
  {
    name: '@typebot.io/js',
    body: module(`import Typebot from '/npm/@typebot.io/js/dist/web.js';
      Typebot.initBubble({ typebot: 'shop', apiHost: location.origin });`),
    stubs: [['api/v1/typebots/shop/startChat', typebot()]],
    seen: 'typebot-bubble >>> button',
    panel: 'typebot-bubble >>> input',
  },
  {
    name: 'flowise-embed',
    body: module(`import Chatbot from '/npm/flowise-embed/dist/web.js';
      Chatbot.init({ chatflowid: '${FLOW}', apiHost: location.origin });`),
    stubs: [
      [`api/v1/public-chatbotConfig/${FLOW}`, {}],
      [`api/v1/chatflows-streaming/${FLOW}`, { isStreaming: true }],
    ],
    seen: 'flowise-chatbot >>> button',
    panel: 'flowise-chatbot >>> textarea',
  },
  {
    name: '@elevenlabs/convai-widget-embed',
    head: '<script src="/npm/@elevenlabs/convai-widget-embed/dist/index.js" async></script>',
    // Its API's answer in the attribute it takes it from: it then asks nobody.
    body: `<elevenlabs-convai agent-id="shop" override-config='${JSON.stringify(elevenlabs())}'></elevenlabs-convai>`,
    seen: 'elevenlabs-convai >>> button',
    panel: 'elevenlabs-convai >>> textarea',
  },
];

/** A conversation that begins with a text to answer. */
function typebot() {
  return {
    sessionId: 'session',
    typebot: { id: 'shop', version: '6.1', theme: {}, settings: {}, publishedAt: '2026-01-01T00:00:00.000Z' },
    messages: [],
    input: { id: 'ask', type: 'text input', options: { labels: { placeholder: 'Ask', button: 'Send' } } },
  };
}

/** The smallest configuration with which it offers to type. */
function elevenlabs() {
  return {
    variant: 'compact', placement: 'bottom-right', avatar: { type: 'orb', color_1: '#2792dc', color_2: '#9ce6e6' },
    feedback_mode: 'none', language: 'en', supported_language_overrides: [], language_presets: {},
    text_input_enabled: true, transcript_enabled: true, supports_text_only: true, text_only: true,
    default_expanded: false, always_expanded: false, disable_banner: true, text_contents: {}, styles: {},
    mic_muting_enabled: false, terms_text: null, terms_html: null, terms_key: null, first_message: null, use_rtc: false,
  };
}
