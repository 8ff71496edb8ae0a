import os

import falcon
import waitress

from bot.model import answer, load


class Answers:
    def __init__(self, model):
        self.model = model

    def on_get(self, req, resp):
        resp.media = {"answer": answer(self.model, req.get_param("say", default=""))}


def app():
    api = falcon.App()
    api.add_route("/answer", Answers(load(os.environ["BOT_MODEL"])))
    return api


if __name__ == "__main__":
    waitress.serve(app(), host="0.0.0.0", port=5000)
