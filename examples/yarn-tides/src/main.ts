import { nanoid } from 'nanoid'
import { height } from './harmonics'

const polka = require('polka')

interface Request {
  params: { hours: string }
}

interface Response {
  setHeader(name: string, value: string): void
  end(body: string): void
}

polka()
  .get('/height/:hours', (req: Request, res: Response) => {
    res.setHeader('Content-Type', 'application/json')
    res.end(JSON.stringify({ request: nanoid(8), hours: Number(req.params.hours), height: height(Number(req.params.hours)).toFixed(2) }))
  })
  .listen(Number(process.env.PORT ?? 3000))
