# For scripts that let real clients talk to the emulator: `source .ci/emulator.sh`, after `fail`, which says what is wrong
# and ends the script.

# Starts an emulator on a free port: start_emulator DIR BINARY FLAG... Its output is in DIR/stdout and DIR/log, its
# process `$emulator`, its address `$url`: the first line says it.
start_emulator() {
    local dir=$1 first
    "${@:2}" --listen 127.0.0.1:0 >"$dir/stdout" 2>"$dir/log" &
    emulator=$!
    trap 'kill -KILL $emulator 2>/dev/null || true' EXIT
    for _ in $(seq 100); do
        [ "$(wc -l <"$dir/stdout")" -gt 0 ] && break
        kill -0 $emulator 2>/dev/null || fail "the emulator ended: $(cat "$dir/log")"
        sleep 0.1
    done
    first=$(head -n 1 "$dir/stdout")
    [[ $first =~ ^"listening on "(http://127\.0\.0\.1:[0-9]+)$ ]] || fail "the first line is '$first'"
    url=${BASH_REMATCH[1]}
}

# It ends as it should, and has said nothing else.
stop_emulator() {
    local dir=$1 status=0
    kill -TERM $emulator
    wait $emulator || status=$?
    emulator=
    [ $status -eq 0 ] || fail "the emulator ended with status $status on SIGTERM"
    [ "$(wc -l <"$dir/stdout")" -eq 2 ] || fail "standard output has not just two lines"
}

# For the AWS clients: nothing of the user's own settings, and no proxy between here and here.
client_settings() {
    local venv=$1 config=$2
    unset "${!AWS_@}" "${!aws_@}"
    export AWS_ENDPOINT_URL_PROTON=$url AWS_DEFAULT_REGION=us-east-1 AWS_SECRET_ACCESS_KEY=any \
        AWS_CONFIG_FILE=$config AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true \
        AWS_PAGER="" PYTHONDONTWRITEBYTECODE=1 NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 TZ=UTC PATH=$venv/bin:$PATH
}
