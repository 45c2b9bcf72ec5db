"""Signing in: who enters how, how often one may try, how long a session lasts."""

from datetime import timedelta

from settings import environment

# Sessions: without a sign of life, and in all. The cookie goes when the browser is closed.
TACITE_SESSION_IDLE = timedelta(
    minutes=environment.whole_number("TACITE_SESSION_IDLE_MINUTES", 30, "minutes")
)
TACITE_SESSION_LONGEST = timedelta(
    hours=environment.whole_number("TACITE_SESSION_LONGEST_HOURS", 10, "hours")
)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# Rows whose cookie may still come back; who clears the table may clear the older ones.
SESSION_COOKIE_AGE = int(TACITE_SESSION_LONGEST.total_seconds())
CSRF_COOKIE_HTTPONLY = True

# django-allauth: people are found by the address of their user; it keeps none of its own.
ACCOUNT_ADAPTER = "desk.signing_in.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
# The same answer for every address, and no mail to those that nobody has.
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
# Seconds. The link by which one of the staff chooses another password.
PASSWORD_RESET_TIMEOUT = 60 * 60
# A whole caisse may stand behind one network address, and nobody may shut another out: many
# tries a place and an address here, few where both are the same (django-axes).
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "60/m/ip,100/h/key",
    "request_login_code": "20/m/ip,3/m/key,12/h/key",
    "password_link": "20/m/ip,3/h/key,6/d/key",
    # The public pages of the extranet's users: activation links, and lost passwords.
    "activation": "60/m/ip",
    "lost_password": "20/m/ip,3/h/key,6/d/key",
    # What anybody may ask before a convention: begun, then sent to an address to be proved.
    "public_request_begun": "20/m/ip",
    "public_request_sent": "10/m/ip,3/h/key,6/d/key",
    # The SIRET that the caisse knows, asked of whoever claims an invitation.
    "invitation_siret": "20/m/ip,5/h/key",
}

# A second factor: an application that shows codes, a security key, and codes on paper for the day
# when neither is at hand.
MFA_ADAPTER = "desk.second_factors.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Tacite"
# Half a minute early or late: telephones are rarely on time.
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODE_COUNT = 10
MFA_RECOVERY_CODES_SHOW_ONCE = True
# Whether those whom the rules name must have one before any other page opens. The demonstration
# and the tests alone do without: `check --deploy` refuses it.
TACITE_SECOND_FACTOR_DEMANDED = True

# django-axes: five wrong passwords for one address from one place, then a quarter of an hour.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "desk.signing_in.views.locked_out"
AXES_CLIENT_IP_CALLABLE = "desk.signing_in.discretion.source"
# Nothing that names anyone, in its table or in the logs.
AXES_USERNAME_CALLABLE = "desk.signing_in.discretion.pseudonym"
AXES_CLIENT_STR_CALLABLE = "desk.signing_in.discretion.nobody"
AXES_SENSITIVE_PARAMETERS = [
    "username",
    "email",
    "code",
    "credential",
    "next",
    "csrfmiddlewaretoken",
]
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_ENABLE_ADMIN = False
