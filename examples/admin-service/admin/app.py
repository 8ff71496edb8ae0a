import os
import platform

import falcon
import psutil
from jinja2 import Environment, PackageLoader, select_autoescape

from .auth import issue_token, require_token

templates = Environment(loader=PackageLoader("admin"), autoescape=select_autoescape())


def figures():
    memory = psutil.virtual_memory()
    return {
        "host": platform.node(),
        "cpus": psutil.cpu_count(),
        "load": round(psutil.getloadavg()[0], 2),
        "memory": {"total": memory.total, "available": memory.available},
        "processes": len(psutil.pids()),
    }


class Dashboard:
    def on_get(self, req, resp):
        resp.content_type = falcon.MEDIA_HTML
        resp.text = templates.get_template("dashboard.html").render(figures())


class Token:
    def on_post(self, req, resp):
        media = req.get_media(default_when_empty={})
        resp.media = {"token": issue_token(str(media.get("password", "")))}


@falcon.before(require_token)
class Figures:
    def on_get(self, req, resp):
        resp.media = figures()


class Health:
    def on_get(self, req, resp):
        resp.media = {"status": "ok", "user": os.environ.get("USER", ""), "pid": os.getpid()}


application = falcon.App()
application.add_route("/", Dashboard())
application.add_route("/api/token", Token())
application.add_route("/api/figures", Figures())
application.add_route("/api/health", Health())
