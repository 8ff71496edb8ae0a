"""python -m chat.client URL NICK: says each line of standard input, prints what comes back."""
import asyncio
import json
import sys

import aiohttp


async def main(url, nick):
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url, params={"nick": nick}) as socket:
            for line in sys.stdin:
                await socket.send_str(line.rstrip())
                while True:
                    message = json.loads((await socket.receive()).data)
                    print("<{nick}> {text}".format(**message))
                    if message["nick"] == nick:
                        break


asyncio.run(main(*sys.argv[1:]))
