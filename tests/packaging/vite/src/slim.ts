import { load } from 'agent-widget/slim';
import { where } from './where';

await load(where());
