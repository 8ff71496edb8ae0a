import { useEffect, useState } from 'react';

import { Sparkline } from './Sparkline.jsx';
import { trend } from './trend.js';

export function Dashboard({ source }) {
  const [stations, setStations] = useState(null);
  const [error, setError] = useState(null);

  useEffect(() => {
    const abort = new AbortController();
    fetch(source, { signal: abort.signal })
      .then((res) => (res.ok ? res.json() : Promise.reject(new Error(`HTTP ${res.status}`))))
      .then(setStations)
      .catch((err) => err.name !== 'AbortError' && setError(err));
    return () => abort.abort();
  }, [source]);

  if (error) return <p role="alert">No levels: {error.message}</p>;
  if (!stations) return <p>Loading…</p>;
  return (
    <main>
      <h1>River levels</h1>
      {stations.map(({ station, levels }) => (
        <section key={station}>
          <h2>{station}</h2>
          <strong>{levels.at(-1)} cm</strong> <em>{trend(levels)}</em>
          <Sparkline values={levels} />
        </section>
      ))}
      <footer>revision {__REVISION__}</footer>
    </main>
  );
}
