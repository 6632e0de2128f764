import { load } from 'agent-widget';
import { load as loadSlim } from 'agent-widget/slim';

document.title = 'nothing used';
if (import.meta.env.SSR) console.log(load, loadSlim);
