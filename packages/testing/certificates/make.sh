#!/bin/sh
# Makes the certificates of the TLS tests: valid from 2020 for a century, whatever a machine's clock says, but for the
# one that has expired. Run it here; needs openssl 3. The .pem files are kept in the repository, so that the tests need
# nothing.
set -eu

scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT

cat > "$scratch/config" <<CONFIG
[ca]
default_ca = authority
[authority]
database = $scratch/database
new_certs_dir = $scratch
rand_serial = yes
unique_subject = no
default_md = sha256
policy = any
[any]
commonName = supplied
CONFIG
: > "$scratch/database"

# sign NAME SUBJECT EXTENSIONS LAST-DAY WITH...
sign() {
  name=$1 subject=$2 extensions=$3 end=$4
  shift 4
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$name-key.pem" 2>/dev/null
  openssl req -new -key "$name-key.pem" -subj "/CN=$subject" -out "$scratch/request"
  printf '%s\n' "$extensions" > "$scratch/extensions"
  openssl ca -batch -notext -config "$scratch/config" -in "$scratch/request" -extfile "$scratch/extensions" \
    -startdate 20200101000000Z -enddate "$end" -out "$name.pem" "$@" 2>/dev/null
}

century=21200101000000Z
by_authority="-cert authority.pem -keyfile authority-key.pem"

sign authority "Gundam test authority" "basicConstraints=critical,CA:true" $century -selfsign -keyfile authority-key.pem
sign server localhost "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1" $century $by_authority
sign expired localhost "subjectAltName=DNS:localhost,IP:127.0.0.1" 20200102000000Z $by_authority
sign wrong-host elsewhere.example "subjectAltName=DNS:elsewhere.example" $century $by_authority
sign client "Gundam test client" "extendedKeyUsage=clientAuth" $century $by_authority
sign self-signed localhost "subjectAltName=DNS:localhost" $century -selfsign -keyfile self-signed-key.pem
