"""Signing in by the organisation's identity provider, where one is configured (OpenID Connect)."""
