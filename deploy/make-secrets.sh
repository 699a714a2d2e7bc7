#!/bin/sh
# Makes the secrets that docker-compose.yml hands to its containers as files: the database's password, the URL with it,
# and a key of an operator. What is there already stays. Run it once, in the folder of docker-compose.yml.
set -eu
cd "$(dirname "$0")"
mkdir -p secrets
# Nobody else enters; the users of the containers read the files that are mounted.
chmod 700 secrets
umask 022
random() { head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
[ -s secrets/postgres_password ] || random >secrets/postgres_password
[ -s secrets/database_url ] ||
  printf 'postgres://accord287:%s@postgres:5432/accord287\n' "$(cat secrets/postgres_password)" >secrets/database_url
[ -s secrets/operator_keys ] || { random; echo; } >secrets/operator_keys
echo "The secrets are in $PWD/secrets."
