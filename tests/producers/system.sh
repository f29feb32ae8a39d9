# rsyslog in its three file formats, and journald with what services, syslog and programs send it. Sourced by
# run.sh.

start_syslog() {
    cat > "$work/run/rsyslog.conf" <<R
module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="$work/run/log.sock" CreatePath="off")
global(workDirectory="$work/run")
*.* action(type="omfile" file="$exports/syslog/messages-$(date +%Y%m%d)" template="RSYSLOG_TraditionalFileFormat")
*.* action(type="omfile" file="$exports/syslog/iso.log" template="RSYSLOG_FileFormat")
*.* action(type="omfile" file="$exports/syslog/rfc5424.log" template="RSYSLOG_SyslogProtocol23Format")
R
    in_background "$work/run/rsyslog.out" rsyslogd -n -f "$work/run/rsyslog.conf" -i "$work/run/rsyslog.pid"
    wait_for test -S "$work/run/log.sock"
}

use_syslog() {
    local number say="logger -u $work/run/log.sock"
    for number in $(seq 20); do
        $say -t encoder --id="$((4000 + number))" -p daemon.err "input $number timed out after 10.003s"
    done
    $say -t sshd --id=77 -p auth.info 'Accepted publickey for zoe from 192.0.2.7 port 52234 ssh2'
    $say -t kernel -p kern.warning '[12345.678901] eth0: link is down'
    $say -t 'muxer/live' -p local0.notice 'canal été : "repris" à 100 %'
    $say -t origin -p local1.debug --rfc5424 --msgid=CACHE --sd-id=cache@32473 --sd-param='ratio="0.93"' 'cache state'
    $say -t empty -p user.info ' '
    $say -t long -p user.info --size 8KiB "$(head -c 3000 /dev/zero | tr '\0' y)"
    wait_for grep -q 'yyyy' "$exports/syslog/rfc5424.log"
    for name in "messages-$(date +%Y%m%d)" iso.log rfc5424.log; do
        expect "syslog/$name" syslog log_records lines
    done
}

# A journal of its own, in a mount namespace with an empty /run: the machine's journal, if it has one, is left
# alone.
use_journal() {
    local inside=". '$here/system.sh'; journal_inside '$exports/journal/journal.json'"
    unshare --mount --propagation private bash -c "$inside" > "$work/run/journal.out" 2>&1 || { cat "$work/run/journal.out" >&2; return 1; }
    expect journal/journal.json journald log_records lines
}

journal_inside() {
    set -euo pipefail
    mount -t tmpfs -o size=64m tmpfs /run
    mkdir -p /run/systemd/journal /run/systemd/journald.conf.d /run/log/journal /run/udev
    printf '%s\n' '[Journal]' Storage=volatile ReadKMsg=no Audit=no ForwardToSyslog=no \
        > /run/systemd/journald.conf.d/test.conf
    /lib/systemd/systemd-journald &
    trap "kill $! 2>/dev/null; wait" EXIT
    for tries in $(seq 100); do [ -S /run/systemd/journal/stdout ] && break; sleep 0.1; done
    for number in $(seq 20); do
        printf 'segment %s written\nété: durée %s ms\n' "$number" "$((number * 7))"
    done | systemd-cat -t packager -p info
    echo 'input lost' | systemd-cat -t packager -p emerg
    printf 'colour \x1b[31mred\x1b[0m and a byte \xff\n' | systemd-cat -t packager -p warning
    logger -u /run/systemd/journal/dev-log -t haproxy --id=311 -p daemon.crit \
        'backend live/origin1 is DOWN for 192.0.2.7'
    printf '%s\n' MESSAGE=structured PRIORITY=4 SYSLOG_IDENTIFIER=muxer ERRNO=5 CODE_FILE=a.c CODE_LINE=7 \
        CHANNEL=sport-1 CHANNEL=sport-2 | logger --journald
    printf '%s\n' 'MESSAGE=first line' 'MESSAGE=second line' PRIORITY=6 SYSLOG_IDENTIFIER=muxer | logger --journald
    head -c 6000 /dev/zero | tr '\0' z | systemd-cat -t long
    journalctl --sync
    # Not quiet: without an entry this fails.
    journalctl -D /run/log/journal -o json --all > "$1"
    [ "$(wc -l < "$1")" -gt 40 ]
}
