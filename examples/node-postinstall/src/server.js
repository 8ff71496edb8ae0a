import { readFileSync } from 'node:fs';
import polka from 'polka';

const recipes = JSON.parse(readFileSync('generated/recipes.json', 'utf8'));
const bySlug = new Map(recipes.map((recipe) => [recipe.slug, recipe]));

function page(title, body) {
  return `<!doctype html><meta charset="utf-8"><title>${title}</title><h1>${title}</h1>${body}`;
}

function html(res, status, text) {
  res.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8' });
  res.end(text);
}

const port = Number(process.env.PORT || 5000);

polka()
  .get('/', (req, res) => {
    const quickFirst = [...recipes].sort((a, b) => a.minutes - b.minutes);
    const items = quickFirst.map(({ slug, title, minutes }) => `<li><a href="/${slug}">${title}</a>, ${minutes} min`);
    html(res, 200, page('Recipes', `<ul>${items.join('')}</ul>`));
  })
  .get('/:slug', (req, res) => {
    const recipe = bySlug.get(req.params.slug);
    if (recipe) html(res, 200, page(recipe.title, recipe.html));
    else html(res, 404, page('No such recipe', ''));
  })
  .listen(port, () => console.log(`recipes on ${port}`));
