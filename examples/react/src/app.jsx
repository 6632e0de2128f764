import { useCallback, useState } from 'react';
import { Chat } from './chat.jsx';

export function App() {
  const [page, setPage] = useState('shop');
  const [answers, setAnswers] = useState(0);
  const count = useCallback(({ detail }) => {
    if (detail.role == 'agent') setAnswers((answers) => answers + 1);
  }, []);

  return (
    <main>
      <h1>Corner shop</h1>
      <nav>
        <button id="shop" onClick={() => setPage('shop')}>Shop</button>
        <button id="help" onClick={() => setPage('help')}>Help</button>
      </nav>
      <p id="answers">{answers} answers</p>
      {page == 'help' ? <Chat onMessage={count} /> : <p id="goods">Bread, milk, eggs.</p>}
    </main>
  );
}
