# shellcheck shell=bash
# The steps of ./dev. Sourced after setup.sh.

failed=()
summaries=()
conformance=$PWD/tests/conformance
log=$(mktemp "${TMPDIR:-/tmp}/psrpd-dev.XXXXXX")
PSRPD_TEST_SKIPPED=$(mktemp "${TMPDIR:-/tmp}/psrpd-skipped.XXXXXX")
export PSRPD_TEST_SKIPPED
trap 'rm -f "$log" "$log.gate" "$PSRPD_TEST_SKIPPED"' EXIT

# step NAME COMMAND...: runs it, shows what it prints when it fails, and goes on.
step() {
    local name=$1 start=$SECONDS
    shift
    printf '==    %s\n' "$name"
    if "$@" >"$log" 2>&1 </dev/null; then
        printf 'ok    %s (%d s)\n' "$name" $((SECONDS - start))
    else
        cat "$log"
        printf 'FAIL  %s (%d s)\n' "$name" $((SECONDS - start))
        failed+=("$name")
        return 0
    fi
}

# runner NAME COMMAND...: a step whose output ends with a line 'N passed, M failed'.
runner() {
    local name=$1 before=${#failed[@]} line
    step "$@"
    line=$(grep -aE '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1 || true)
    if [ -z "$line" ] && [ "${#failed[@]}" = "$before" ]; then
        failed+=("$name said nothing")
    fi
    summaries+=("$(printf '%-12s %s' "$name" "${line:-did not come to its end}")")
}

finish() {
    local line reason
    if [ -s "$PSRPD_TEST_SKIPPED" ]; then
        cut -d: -f1 "$PSRPD_TEST_SKIPPED" | sort | uniq -c | while read -r line reason; do
            note "SKIPPED $line tests: $reason"
        done
    fi
    for line in "${summaries[@]}"; do echo "$line"; done
    if [ ${#failed[@]} -gt 0 ]; then
        printf 'failed: %s\n' "${failed[*]}"
        exit 1
    fi
}

# The cargo features that make the programs report events to the tests.
hooks() {
    local crate features=()
    for crate in server:psrpd client:psrp; do
        if grep -q '^test-hooks' "src/${crate%%:*}/Cargo.toml"; then features+=("${crate##*:}/test-hooks"); fi
    done
    (IFS=,; echo "${features[*]}")
}

clippy() {
    cargo clippy --workspace --all-targets --features "$(hooks)" -- -D warnings
}

build_binaries() {
    cargo build -p psrpd -p psrp -p e2e --bins --features "$(hooks)"
}

rust() {
    need_venv
    export PSRPD_TEST_PYTHON=$python
    step "build" build_binaries
    if cargo nextest --version >/dev/null 2>&1; then
        runner "rust" nextest "${1:-}"
    else
        runner "rust" cargo_test "${1:-}"
    fi
    if [ -z "${1:-}" ]; then runner "doc tests" doc_tests; fi
}

nextest() {
    local status=0 counts
    cargo nextest run --workspace --features "$(hooks)" --no-fail-fast --no-tests pass ${1:+"$1"} || status=$?
    counts=$(grep -aE '^ +Summary ' "$log" | tail -n 1)
    summary "$(grep -oE '[0-9]+ passed' <<<"$counts" || echo 0)" "$(grep -oE '[0-9]+ (failed|timed out)' <<<"$counts" || echo 0)"
    return "$status"
}

cargo_test() {
    local status=0
    cargo test --workspace --features "$(hooks)" --lib --bins --tests --no-fail-fast -- ${1:+"$1"} || status=$?
    cargo_summary
    return "$status"
}

doc_tests() {
    local status=0
    cargo test --workspace --doc --no-fail-fast || status=$?
    cargo_summary
    return "$status"
}

cargo_summary() {
    summary "$(grep -aoE '[0-9]+ passed' "$log" || echo 0)" "$(grep -aoE '[0-9]+ failed' "$log" || echo 0)"
}

# summary PASSED FAILED: adds up the numbers at the starts of the lines.
summary() {
    printf '%d passed, %d failed\n' "$(add <<<"$1")" "$(add <<<"$2")"
}

add() { awk '{ sum += $1 } END { print sum + 0 }'; }

# The server that interop and conformance talk to.
server() {
    echo "${PSRPD_TEST_SERVER:-$target/debug/psrpd subsystem}"
}

# in_sandbox ENGINE COMMAND...: runs it with a runtime directory and a configuration of its own for psrpd, in the environment
# that the answers of tests/conformance were recorded in, and ends every process that it leaves: they carry its mark in their
# environment.
in_sandbox() {
    local folder status=0 engine=$1 path=''
    shift
    if [ -n "$pwsh" ]; then path="path = \"$pwsh\""; fi
    folder=$(mktemp -d /tmp/psrpd-XXXXXX)
    mkdir "$folder/work"
    cat >"$folder/psrpd.toml" <<TOML
[engine]
warm = 1
$path
[limits]
sessions = 1000
[audit]
target = "none"
TOML
    (
        cd "$folder/work"
        export PSRPD_TEST_SANDBOX=$folder PSRPD_CONFIG=$folder/psrpd.toml PSRPD_RUNTIME_DIR=$folder/run PSRP_ENGINE=$engine
        export LANG=C.UTF-8 TZ=UTC TERM=dumb POWERSHELL_TELEMETRY_OPTOUT=1 POWERSHELL_UPDATECHECK=Off
        "$@"
    ) || status=$?
    end_processes "$folder"
    rm -rf "$folder"
    return "$status"
}

end_processes() {
    local environment lock pid
    # Hosts of sessions show their environment to root alone, but they hold locks.
    for lock in "$1"/run/s/*/lock; do
        [ -e "$lock" ] || continue
        pid=$(awk -v inode=":$(stat -c %i "$lock")" '$2 == "FLOCK" && $6 ~ inode "$" { print $5; exit }' /proc/locks)
        if [ -n "$pid" ]; then kill -KILL "$pid" 2>/dev/null || true; fi
    done
    for environment in /proc/[0-9]*/environ; do
        if grep -qzxF "PSRPD_TEST_SANDBOX=$1" "$environment" 2>/dev/null; then
            pid=${environment#/proc/}
            kill -KILL "${pid%/environ}" 2>/dev/null || true
        fi
    done
}

interop() {
    if [ -z "$pwsh" ]; then
        echo "no pwsh: interop" >>"$PSRPD_TEST_SKIPPED"
        return
    fi
    need_venv
    runner "interop" in_sandbox pwsh "$python" "$PWD/tests/interop/run.py" --server "$(server)" ${1:+--only "$1"}
}

# The cases of sessions on a PowerShell, all cases on psrpd's own engine.
conformance() {
    local group gate
    need python3 python3
    if [ -z "$pwsh" ]; then
        echo "no pwsh: conformance" >>"$PSRPD_TEST_SKIPPED"
    else
        runner "conformance" in_sandbox pwsh cases session ${1:+"$1"} --show 5
    fi
    while read -r group gate; do
        runner "native $group" in_sandbox native gated "$gate" "$group" ${1:+"$1"}
    done < <(grep -v '^#' tests/tools/native-gates.txt)
}

# cases GROUP [FILTER] [OPTION...]: runs the cases of a group.
cases() {
    local group=$1 only=()
    shift
    if [ $# -gt 0 ] && [ "${1#--}" = "$1" ]; then
        only=(--only "$1")
        shift
    fi
    python3 "$conformance/run.py" check --server "$(server)" --expected "$conformance/expected" "${only[@]}" "$@" \
        "$conformance/cases/$group"-*.cases.ps1
}

# gated PERCENT GROUP [FILTER]: runs the cases of a group, of which so many in a hundred must pass; with a filter, all that it
# leaves.
gated() {
    local gate=$1 counts passed failed
    shift
    if [ $# -gt 1 ]; then
        cases "$@" --show 5
        return
    fi
    cases "$@" | tee "$log.gate" || true
    counts=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log.gate" | tail -n 1)
    rm -f "$log.gate"
    read -r passed _ failed _ <<<"$counts"
    if [ -z "$counts" ] || [ $((passed * 100)) -lt $((gate * (passed + failed))) ]; then
        echo "$1: fewer than $gate % of the cases pass"
        return 1
    fi
}

bench_run() {
    # As README.md has it built, and read from the disk as after a boot: what has just been written lies in the system's cache
    # in other pieces, which are mapped whole, and that says up to a megabyte more of a session's memory.
    cargo rustc -q --profile dist -p psrpd --bin psrpd -- -C target-feature=+crt-static -C relocation-model=static
    sync "$target/dist/psrpd"
    dd if="$target/dist/psrpd" iflag=nocache count=0 status=none
    cargo build -q --profile dist -p psrp
    # Sessions have their directories below /run, which lies in memory; a disk's file system becomes slower with each file that
    # was removed in the last minutes.
    if [ "$(stat -f -c %T /dev/shm)" = tmpfs ] && [ "$(df --output=avail /dev/shm | tail -n 1)" -gt 1000000 ]; then
        export PSRPD_TEST_FOLDER=/dev/shm
    fi
    cargo run -q --profile dist -p e2e --bin bench -- "$@"
}

fuzz_run() {
    local only=$1 name
    if cargo +nightly fuzz --version >/dev/null 2>&1; then
        for name in ${only:-$(cargo +nightly fuzz list --fuzz-dir tests/fuzz)}; do
            step "fuzz $name for ${FUZZ_SECONDS:-60} s" fuzz_target "$name"
        done
    else
        note "no cargo-fuzz on a nightly toolchain (rustup toolchain install nightly; cargo install --locked cargo-fuzz):"
        note "checking the same properties on stable, over the corpus and ${PROPTEST_CASES:=2000} generated cases each"
        export PROPTEST_CASES
        step "properties" cargo test --release -q -p psrp-clixml -p psrp-proto -p psrp-session -p psrpd-engine --test corpus ${only:+"$only"}
    fi
}

# Starts from the corpus that is checked in, which it only reads, and goes on from what earlier runs have found.
fuzz_target() {
    local found=tests/fuzz/corpus/$1
    mkdir -p "$found"
    cargo +nightly fuzz run --fuzz-dir tests/fuzz "$1" "$found" src/*/corpus/"$1" -- \
        -max_total_time="${FUZZ_SECONDS:-60}" -timeout=5 -rss_limit_mb=1024
}
