"""A small identity provider that speaks OpenID Connect over HTTP, and can be made to lie."""

import base64
import hashlib
import json
import threading
import time
from typing import Any
from urllib.parse import urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask, Response, redirect, request
from werkzeug.serving import make_server

CLIENT, SECRET = "tacite-essai", "un secret d’essai"
BACK = "http://localhost:8000/connexion/organisation/retour/"


class IdentityProvider:
    """Signs in ``person`` without asking; says ``lies`` in place of what its token should hold."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.key_name = "first"
        self.person: dict[str, Any] = {"sub": "42", "email": "agent@caisse.example"}
        self.proof: dict[str, Any] = {"acr": "eidas1", "amr": ["pwd"]}
        self.lies: dict[str, Any] = {}
        self.signs_with: Any = None
        self.speaks_jwt = True
        self.asked: dict[str, str] = {}
        self.codes: dict[str, dict[str, str]] = {}
        application = Flask(__name__)
        for path, answer in (
            ("/op/.well-known/openid-configuration", self.discovery),
            ("/op/keys", self.keys),
            ("/op/authorize", self.authorize),
            ("/op/userinfo", self.userinfo),
        ):
            application.add_url_rule(path, path, answer)
        application.add_url_rule("/op/token", "token", self.token, methods=["POST"])
        self.server = make_server("127.0.0.1", 0, application, threaded=True)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}/op"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def settings(self, **changes: Any) -> dict[str, Any]:
        """The settings of a site that knows this provider."""
        return {
            "discovery": f"{self.issuer}/.well-known/openid-configuration",
            "client_id": CLIENT,
            "client_secret": SECRET,
            "name": "ProConnect",
            "scopes": "openid email",
            "acr_values": "eidas1",
            "strong": ["mfa"],
            "vouches_for_addresses": True,
        } | changes

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/end",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def keys(self) -> dict[str, Any]:
        shown = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [shown | {"kid": self.key_name, "use": "sig", "alg": "RS256"}]}

    def authorize(self) -> Any:
        self.asked = request.args.to_dict()
        assert self.asked["redirect_uri"] == BACK
        code = f"code-{len(self.codes)}"
        self.codes[code] = self.asked
        return redirect(f"{BACK}?{urlencode({'code': code, 'state': self.asked['state']})}")

    def token(self) -> Any:
        sent = request.form
        asked = self.codes.pop(sent["code"], None)
        digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or challenge != asked["code_challenge"]
            or (sent["client_id"], sent["client_secret"]) != (CLIENT, SECRET)
        ):
            return {"error": "invalid_grant"}, 400
        claims = self.claims() | {"nonce": asked["nonce"]} | self.proof | self.lies
        return {"access_token": "access", "token_type": "Bearer", "id_token": self.signed(claims)}

    def claims(self) -> dict[str, Any]:
        now = int(time.time())
        return {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "42",
            "iat": now,
            "exp": now + 60,
        }

    def signed(self, claims: dict[str, Any]) -> str:
        kept = {name: value for name, value in claims.items() if value is not None}
        if self.signs_with == "none":
            return jwt.encode(kept, "", algorithm="none")
        return jwt.encode(
            kept, self.signs_with or self.key, algorithm="RS256", headers={"kid": self.key_name}
        )

    def userinfo(self) -> Any:
        assert request.headers["Authorization"] == "Bearer access"
        if not self.speaks_jwt:
            return self.person
        return Response(self.signed(self.claims() | self.person), content_type="application/jwt")
