"""Django settings: `development` (embedded), `production` and `test`, over `base`."""
