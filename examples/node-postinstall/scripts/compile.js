// Turns content/*.md into generated/recipes.json. Runs after each npm install.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import matter from 'gray-matter';
import { marked } from 'marked';

const content = 'content';
const generated = 'generated';

async function compile(name) {
  const { data, content: text } = matter(await readFile(path.join(content, name), 'utf8'));
  if (!data.title || !data.minutes) throw new Error(`${name}: title and minutes are needed`);
  return { slug: path.basename(name, '.md'), ...data, html: marked.parse(text) };
}

const names = (await readdir(content)).filter((name) => name.endsWith('.md')).sort();
const recipes = await Promise.all(names.map(compile));
await mkdir(generated, { recursive: true });
await writeFile(path.join(generated, 'recipes.json'), JSON.stringify(recipes, null, 2));
console.log(`${recipes.length} recipes compiled`);
