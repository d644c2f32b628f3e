#!/bin/sh
# Makes the signed messages beside this script anew, with OpenSSL 3: ./make.sh
# Their keys are thrown away. The certificates hold until 2046, so that the tests need nothing from today.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
touch index.txt
echo 1000 >serial
cat >ca.cnf <<'END'
[ca]
default_ca = here
[here]
database = index.txt
new_certs_dir = .
serial = serial
unique_subject = no
policy = any
default_md = sha256
email_in_dn = yes
rand_serial = yes
[any]
commonName = supplied
organizationName = optional
emailAddress = optional
[req]
distinguished_name = dn
string_mask = utf8only
[dn]
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[between]
basicConstraints = critical,CA:true,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[below]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
[mail]
basicConstraints = CA:false
keyUsage = critical,digitalSignature,nonRepudiation
extendedKeyUsage = emailProtection
subjectAltName = email:an@sonla.gov.vn
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[nobody]
basicConstraints = CA:false
extendedKeyUsage = emailProtection
[server]
basicConstraints = CA:false
extendedKeyUsage = serverAuth
subjectAltName = email:an@sonla.gov.vn
END

# key NAME KIND
key() {
    case $2 in
    rsa*) openssl genpkey -quiet -algorithm RSA -pkeyopt "rsa_keygen_bits:${2#rsa}" -out "$1.key" ;;
    *) openssl genpkey -quiet -algorithm EC -pkeyopt "ec_paramgen_curve:$2" -out "$1.key" ;;
    esac
}

# certify NAME SUBJECT EXTENSIONS ISSUER [FROM TO [MORE]]
certify() {
    openssl req -new -utf8 -config ca.cnf -key "$1.key" -subj "$2" -out "$1.csr"
    if [ "$4" = "$1" ]; then by="-selfsign -keyfile $1.key"; else by="-cert $4.pem -keyfile $4.key"; fi
    # shellcheck disable=SC2086
    openssl ca -batch -notext -utf8 -config ca.cnf $by -extensions "$3" -in "$1.csr" -out "$1.pem" \
        -startdate "${5:-20260101000000Z}" -enddate "${6:-20460101000000Z}" ${7:-} 2>/dev/null
}

an='/CN=Lò Thị An/O=Sở Nội vụ tỉnh Sơn La'
for name in root between other server; do key $name rsa2048; done
certify root '/CN=CA thử nghiệm/O=Tỉnh Sơn La' root root 20200101000000Z
certify between '/CN=CA thử nghiệm cấp dưới/O=Tỉnh Sơn La' between root 20200101000000Z
certify other '/CN=CA không ai biết' root other 20200101000000Z
for name in rsa lapsed expired early unknown nobody below forger forged sha1ca; do key $name rsa2048; done
key weak rsa1024
key p256 P-256
key p384 P-384
certify rsa "$an" mail between
certify p256 "$an" mail between
certify p384 "$an" mail root
certify weak "$an" mail between
certify expired "$an" mail between 20240101000000Z 20250101000000Z
certify lapsed "$an" mail between '' 20261115000000Z
certify early "$an" mail between 20400101000000Z
certify unknown "$an" mail other
certify nobody "$an" nobody between
certify server "$an" server between
certify sha1ca "$an" mail between '' '' '-md sha1'
# One that is no authority certifies somebody, and one goes deeper than it may.
certify forger '/CN=Kẻ mạo danh' mail between
certify forged "$an" mail forger
certify below '/CN=CA quá sâu' below between
key deep rsa2048
certify deep "$an" mail below
# And an authority with a signature of PSS.
key pssca rsa2048
certify pssca "$an" mail between '' '' '-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32'

cat >entity <<'END'
Content-Type: multipart/mixed; boundary=phan

--phan
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Kính gửi: Sở Nội vụ.
Báo cáo quý IV kèm theo.
--phan
Content-Type: text/csv; name=so-lieu.csv
Content-Disposition: attachment; filename=so-lieu.csv

1,2,3
--phan--
END
cat >rich <<'END'
Content-Type: multipart/mixed; boundary=phan

--phan
Content-Type: text/html; charset=utf-8

<p>Thư ký <b>bọc</b> bên trong.</p><script>alert(1)</script>
--phan
Content-Type: text/csv; name=so-lieu.csv
Content-Disposition: attachment; filename=so-lieu.csv

4,5,6
--phan--
END
sed -i 's/$/\r/' rich

# letter NAME COMMAND...
letter() {
    name=$1
    shift
    {
        printf 'From: =?utf-8?q?L=C3=B2_Th=E1=BB=8B_An?= <an@sonla.gov.vn>\nTo: binh@sonla.gov.vn\nSubject: Ky so: %s\n' "$name"
        printf 'Date: Mon, 23 Nov 2026 08:00:00 +0700\nMessage-ID: <%s@sonla.gov.vn>\n' "$name"
        openssl "$@"
    } | tr -d '\r' >"$here/$name.eml"
}

# signed NAME WHO MORE...
signed() {
    name=$1 who=$2
    shift 2
    letter "$name" cms -sign -in entity -signer "$who.pem" -inkey "$who.key" -certfile between.pem -md sha256 "$@"
}

signed valid rsa
signed sha512 rsa -md sha512
signed key-id rsa -keyid
signed pss rsa -keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:-1
signed pss-sha384 rsa -md sha384 -keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:-1
signed pss-issued pssca
signed ecdsa p256
signed ecdsa-p384 p384 -md sha384
signed no-attributes rsa -noattr
signed two-signers rsa -signer unknown.pem -inkey unknown.key
signed expired expired
signed early early
signed lapsed lapsed
signed unknown unknown
signed nobody nobody
signed server server
signed sha1 rsa -md sha1
signed sha1-issued sha1ca
signed sha512-p256 p256 -md sha512
signed weak weak
signed no-certificate rsa -nocerts
cat between.pem forger.pem >to-forger.pem
signed forged forged -certfile to-forger.pem
cat between.pem below.pem >to-below.pem
signed deep deep -certfile to-below.pem
letter pkcs7 smime -sign -in entity -signer rsa.pem -inkey rsa.key -certfile between.pem -md sha256
# With lengths that are told at the end (BER), as programs write that sign while they send, and with DER.
opaque='-sign -nodetach -binary -in rich -signer rsa.pem -inkey rsa.key -certfile between.pem -md sha256'
# shellcheck disable=SC2086
letter opaque cms $opaque -stream
# shellcheck disable=SC2086
letter opaque-der smime $opaque
letter encrypted cms -encrypt -aes256 -in entity rsa.pem
letter encrypted-gcm cms -encrypt -aes-256-gcm -in entity rsa.pem
cat root.pem >"$here/authorities.pem"
cat rsa.pem >"$here/person.pem"
