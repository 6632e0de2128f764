import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const port = Number(process.env.PORT ?? 3000);

export default defineConfig({
  plugins: [react()],
  // WIDGET_SERVER and WIDGET_ID are public: they stand in the page.
  envPrefix: 'WIDGET_',
  // The package lies outside this folder as long as it is not installed from a registry.
  server: { port, fs: { allow: ['..', '../../target/npm'] } },
  preview: { port },
});
