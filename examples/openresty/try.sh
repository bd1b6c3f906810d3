#!/bin/sh
# Starts the gateway of nginx.conf against the Cielo at CIELO_BASE_URL, asks it
# a few questions, shows the answers and stops it. Exit code 0 if all were right.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
: "${CIELO_BASE_URL:?run it as: tools/with-sandbox.sh examples/openresty/try.sh}"
# The port where the local Cielo posts its notifications, when it has one.
port=${CIELO_DEMO_INBOX:-8646}

# A shell that has LuaRocks' paths in it would give nginx another Lua's modules.
unset LUA_PATH LUA_CPATH LUA_INIT
prefix=$(mktemp -d)
trap 'nginx_stop; rm -rf "$prefix"' EXIT
nginx_stop() {
    [ -s "$prefix/nginx.pid" ] || return 0
    kill -QUIT "$(cat "$prefix/nginx.pid")"
    for _ in $(seq 1200); do
        [ -e "$prefix/nginx.pid" ] || return 0
        sleep 0.05
    done
}
# Debian's nginx keeps these outside its prefix.
temporary="client_body_temp_path body; proxy_temp_path proxy; \
fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;"
modules=/usr/lib/nginx/modules
[ -d "$modules" ] || modules=/usr/share/nginx/modules
mkdir -p "$prefix/logs"
export CIELO_JOURNAL="${CIELO_JOURNAL:-$prefix/journal}"
ln -s "$modules" "$prefix/modules"
ln -s "$top/.rocks/5.1" "$prefix/rocks"
{
    [ "$(id -u)" != 0 ] || echo "user root;"
    sed -e "s|127.0.0.1:8646|127.0.0.1:$port|" \
        -e "s|lua_package_path \"|&$here/?.lua;|" \
        -e "s|client_max_body_size|$temporary &|" \
        "$here/nginx.conf"
} >"$prefix/nginx.conf"
/usr/sbin/nginx -p "$prefix" -c "$prefix/nginx.conf" || exit 1

# ask "what" STATUS TEXT curl arguments: shows the answer, which must have both.
ask() {
    what=$1 status=$2 text=$3
    shift 3
    got=$(curl -s --retry 5 --retry-connrefused -w ' %{http_code}' "$@")
    printf '  %-32s %s  %s\n' "$what" "${got##* }" "${got% *}" | tr -d '\n'
    echo
    case $got in
    *"$text"*" $status") ;;
    *)
        echo "expected $status with $text" >&2
        cat "$prefix/logs/error.log" >&2
        exit 1
        ;;
    esac
}
sale() {
    cat <<END
{"MerchantOrderId": "$1", "Customer": {"Name": "Aline de Souza"},
 "Payment": {"Type": "CreditCard", "Amount": 15700, "Installments": 1,
  "CreditCard": {"CardNumber": "$2", "Holder": "Aline de Souza",
   "ExpirationDate": "12/2035", "SecurityCode": "333", "Brand": "Visa"}}}
END
}
url=http://127.0.0.1:$port
run=$(date +%s)

echo "A payment gateway in nginx"
ask "is it well?" 200 lua-cielo "$url/health"
ask "a sale" 201 '"status":"authorized"' -d "$(sale "shop$run" 4091688625337641)" "$url/sales"
payment=$(echo "$got" | sed -n 's/.*"payment_id":"\([^"]*\)".*/\1/p')
ask "the same, looked up" 200 "$payment" "$url/sales/$payment"
ask "a declined card" 402 '"retry":' -d "$(sale "poor$run" 0000000000000002)" "$url/sales"
ask "a mistake in the fields" 422 card_number -d "$(sale "typo$run" 4551x)" "$url/sales"
ask "a notification" 200 '"kind":"sale"' -H 'Content-Type: application/json' \
    -d "{\"PaymentId\": \"$payment\", \"ChangeType\": 1}" "$url/notifications"
for _ in $(seq 600); do
    curl -sf -o /dev/null "$url/confirmed/$payment" && break
    sleep 0.1
done
ask "confirmed by asking Cielo" 200 authorized "$url/confirmed/$payment"
# A worker dies of SIGKILL after Cielo took the sale and before it answered.
order="dead$run"
curl -s -o /dev/null -d '[{"match": "POST /1/sales", "after": "process", "do": "stall"}]' \
    "$CIELO_BASE_URL/_sandbox/faults"
curl -s -o /dev/null -d "$(sale "$order" 4091688625337641)" "$url/sales" &
asking=$!
for _ in $(seq 1200); do
    curl -s "$CIELO_BASE_URL/_sandbox/sales" | grep -q "$order" && break
    sleep 0.05
done
master=$(cat "$prefix/nginx.pid")
# shellcheck disable=SC2046 # a word for each worker
kill -KILL $(cat "/proc/$master/task/$master/children")
wait "$asking" || true
for _ in $(seq 1200); do
    curl -sf -o /dev/null "$url/confirmed/$order" && break
    sleep 0.05
done
ask "sold by a worker that was killed" 200 authorized "$url/confirmed/$order"
ask "bytes that are none" 400 notification -d 'nonsense' "$url/notifications"
ask "no such page" 404 not_found "$url/elsewhere"
ask "a wrong method" 405 method -X DELETE "$url/sales"
if grep -q -e 4091688625337641 -e "${CIELO_MERCHANT_KEY:-no key is given}" "$prefix/logs/"*; then
    echo "a log holds a secret" >&2
    exit 1
fi
