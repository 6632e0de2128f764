import { load } from 'agent-widget/slim';
import { useEffect, useRef, useState } from 'react';

const { WIDGET_SERVER: server = 'http://127.0.0.1:8080', WIDGET_ID: widgetId } = import.meta.env;

/**
 * The chat, where this stands. It may come and go: `load` brings the same chat each time, in the
 * middle of an answer if need be.
 */
export function Chat({ onMessage }) {
  const place = useRef(null);
  const [chat, setChat] = useState(null);
  const [problem, setProblem] = useState(null);

  useEffect(() => {
    load({ server, widgetId, target: place.current }).then(setChat, setProblem);
  }, []);

  useEffect(() => {
    chat?.on('message', onMessage);
    return () => chat?.off('message', onMessage);
  }, [chat, onMessage]);

  return <div ref={place} style={{ height: '36rem' }}>{problem && <p role="alert">{problem.message}</p>}</div>;
}
