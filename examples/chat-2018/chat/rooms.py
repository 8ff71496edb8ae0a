"""Rooms keep their last messages and tell everybody in them what is said."""
import json
import time
from collections import defaultdict, deque

HISTORY = 50


class Room:
    def __init__(self):
        self.members = {}  # web socket -> nick
        self.history = deque(maxlen=HISTORY)

    async def join(self, socket, nick):
        for message in self.history:
            await socket.send_str(message)
        self.members[socket] = nick
        await self.say("*", "{} joined".format(nick))

    async def leave(self, socket):
        nick = self.members.pop(socket, None)
        if nick:
            await self.say("*", "{} left".format(nick))

    async def say(self, nick, text):
        message = json.dumps({"nick": nick, "text": text, "time": int(time.time())})
        self.history.append(message)
        for socket in list(self.members):
            try:
                await socket.send_str(message)
            except ConnectionError:
                self.members.pop(socket, None)


rooms = defaultdict(Room)
