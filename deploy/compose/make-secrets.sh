#!/bin/sh
# Makes the installation's secrets in ./secrets, each once: what is there is kept.
# The S3 secret key comes from the store; put it into secrets/s3-secret-key.
set -eu
umask 077
mkdir -p "$(dirname "$0")/secrets"
cd "$(dirname "$0")/secrets"

once() {
    [ -e "$1" ] || { "$2" > "$1.new" && mv "$1.new" "$1"; }
}
key() { openssl rand -base64 32; }
token() { openssl rand -hex 32; }
operator() { printf 'godwit_%s\n' "$(openssl rand -hex 32)"; }

once master.key key
once internal-token token
once operator-token operator
for service in provisioning replication orchestrator backup gateway; do
    once "$service-database-password" token
done
if [ ! -e ca.crt ]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj '/CN=Godwit CA' \
        -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign,cRLSign' \
        -keyout ca.key -out ca.crt 2> /dev/null
fi
