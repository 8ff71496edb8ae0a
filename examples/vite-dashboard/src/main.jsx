import React from 'react';
import { createRoot } from 'react-dom/client';

import { Dashboard } from './Dashboard.jsx';
import './dashboard.css';

createRoot(document.getElementById('root')).render(
  <React.StrictMode>
    <Dashboard source="/levels.json" />
  </React.StrictMode>,
);
