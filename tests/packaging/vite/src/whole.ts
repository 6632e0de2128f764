import { load } from 'agent-widget';
import { load as loadSlim } from 'agent-widget/slim';
import { where } from './where';

// Asked for at once by two parts of a page, and by the other entry: one widget.
const all = await Promise.all([load(where()), load(where()), loadSlim(where())]);
document.title = new Set(all).size == 1 ? 'one widget' : 'several widgets';
