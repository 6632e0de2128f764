import { defineConfig } from 'vite';

const pages = ['whole', 'slim', 'unused'];

export default defineConfig({
  build: {
    target: 'es2022',
    rolldownOptions: { input: pages.map((page) => `${page}.html`) },
  },
});
