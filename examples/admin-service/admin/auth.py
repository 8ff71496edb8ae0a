"""Passwords and tokens."""
import os
import time

import falcon
import jwt
from passlib.hash import pbkdf2_sha256

SECRET = os.environ.get("ADMIN_SECRET", "change-me")
LIFETIME = 8 * 3600  # seconds

# The password is "letmein" unless a hash is configured.
PASSWORD_HASH = os.environ.get("ADMIN_PASSWORD_HASH") or pbkdf2_sha256.hash("letmein")


def issue_token(password):
    if not pbkdf2_sha256.verify(password, PASSWORD_HASH):
        raise falcon.HTTPUnauthorized(title="wrong password")
    return jwt.encode({"sub": "admin", "exp": int(time.time()) + LIFETIME}, SECRET, algorithm="HS256")


def require_token(req, _resp, _resource, _params):
    """A falcon hook: only requests with a valid bearer token pass."""
    scheme, _, token = (req.auth or "").partition(" ")
    if scheme.lower() != "bearer":
        raise falcon.HTTPUnauthorized(title="a bearer token is needed")
    try:
        jwt.decode(token, SECRET, algorithms=["HS256"])
    except jwt.InvalidTokenError as error:
        raise falcon.HTTPUnauthorized(title=str(error))
