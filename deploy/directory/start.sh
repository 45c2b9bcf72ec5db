#!/bin/sh
# Fill in the test directory's configuration and serve it in clear.
#   start.sh FOLDER-OF-THE-CONFIGURATION ADDRESS
# The password of the service account is TACITE_LDAP_PASSWORD; nobody gets in by the others.
set -eu
: "${TACITE_LDAP_PASSWORD:?set it in tacite.env}"
nobody=$(head -c 32 /dev/urandom | base64)
folder=$(mktemp -d)
modules=$(dirname "$(find /usr/lib -name 'back_mdb*.so' | head -n 1)")
export folder modules
export engine_password="$TACITE_LDAP_PASSWORD" root_password="$nobody" portal_password="$nobody"
mkdir "$folder/data"
for name in slapd.conf slapd.ldif; do
    # shellcheck disable=SC2016
    envsubst '$folder $modules $root_password $engine_password $portal_password' <"$1/$name" |
        grep -v '^TLS' >"$folder/$name"
done
slapd -T add -q -f "$folder/slapd.conf" -l "$folder/slapd.ldif"
exec slapd -d 0 -f "$folder/slapd.conf" -h "$2"
