import os

import aiohttp_jinja2
import jinja2
from aiohttp import WSMsgType, web

from chat.rooms import rooms

HERE = os.path.dirname(__file__)
routes = web.RouteTableDef()


@routes.get("/")
@aiohttp_jinja2.template("index.html")
async def index(request):
    return {"rooms": sorted(rooms) or ["lobby"]}


@routes.get("/status")
async def status(request):
    return web.json_response({name: len(room.members) for name, room in rooms.items()})


@routes.get("/ws/{room}")
async def talk(request):
    socket = web.WebSocketResponse(heartbeat=30)
    await socket.prepare(request)
    room = rooms[request.match_info["room"]]
    nick = request.query.get("nick", "guest")
    await room.join(socket, nick)
    try:
        async for message in socket:
            if message.type == WSMsgType.TEXT and message.data.strip():
                await room.say(nick, message.data[:500])
    finally:
        await room.leave(socket)
    return socket


def make_app():
    app = web.Application()
    app.add_routes(routes)
    app.router.add_static("/static", os.path.join(HERE, "static"))
    aiohttp_jinja2.setup(app, loader=jinja2.FileSystemLoader(os.path.join(HERE, "templates")))
    return app


if __name__ == "__main__":
    web.run_app(make_app(), port=int(os.environ.get("CHAT_PORT", "8000")))
