//! Raw log lines of eight kinds of systems in turn, each with a header of its own: phone, web server, supercomputer,
//! file system, batch framework, server (syslog), proxy, coordination service. Numbers, identifiers, addresses and
//! paths are fresh in every line.

use std::io::Write;

use crate::random::Random;
use crate::{Rows, clock};

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const USERS: &[&str] = &["root", "ines", "hugo", "backup", "guest", "nagios", "deploy", "sami", "test", "www"];
const PROGRAMS: &[&str] = &["player.exe", "mail.exe", "browser.exe", "sync.exe"];
const DOMAINS: &[&str] = &["cdn.example", "api.example", "images.example", "drm.example"];
const PACKAGES: &[&str] = &["tv.example.player", "tv.example.launcher", "org.example.mail"];
const DAEMONS: &[&str] = &["sshd", "su(pam_unix)", "crond", "ftpd"];

pub(crate) struct LogMix {
    random: Random,
    time: u64,
    line: u64,
}

impl LogMix {
    pub(crate) fn new() -> Self {
        Self { random: Random::new(7), time: clock::START, line: 0 }
    }

    fn n(&mut self, end: u64) -> u64 {
        self.random.below(end)
    }

    fn phone(&mut self) -> (&'static str, String) {
        let package = self.random.of(PACKAGES);
        match self.n(9) {
            0 => (
                "PowerService",
                format!(
                    "acquire lock={}, flags=0x{:x}, tag=\"{package}\", uid={}, pid={}",
                    self.n(1 << 28),
                    self.n(16),
                    10_000 + self.n(200),
                    self.n(9000)
                ),
            ),
            1 => (
                "PowerService",
                format!("release lock={}, flg=0x0, total_time={}ms", self.n(1 << 28), self.random.delay()),
            ),
            2 => (
                "WindowService",
                format!(
                    "Skipping Token{{{:x} {package}/.ui.Screen{} t{}}} -- going to hide",
                    self.n(1 << 27),
                    self.n(90),
                    self.n(800)
                ),
            ),
            3 => ("TextView", format!("visible is {}", self.random.of(&["true", "false"]))),
            4 => (
                "Battery",
                format!(
                    "level:{}, scale:100, temperature:{}, plugged:{}",
                    self.n(100),
                    200 + self.n(150),
                    self.random.of(&["true", "false"])
                ),
            ),
            5 => (
                "AudioOutput",
                format!("setVolume stream {} index {} device 0x{:x}", self.n(10), self.n(15), self.n(64)),
            ),
            6 => ("Decoder", format!("dropped {} frames in {} ms", self.n(40), self.random.delay())),
            7 => (
                "Loader",
                format!(
                    "segment {} of https://{}/live/{}/{}.m4s loaded, {} bytes",
                    self.n(9000),
                    self.random.of(DOMAINS),
                    self.n(400),
                    self.n(100_000),
                    self.n(4_000_000)
                ),
            ),
            _ => (
                "Surface",
                format!("createSurface name={package} w={} h={} format={}", self.n(3840), self.n(2160), self.n(9)),
            ),
        }
    }

    fn web_server(&mut self) -> (&'static str, String) {
        match self.n(6) {
            0 => ("notice", format!("worker.init() ok /etc/web/conf/workers{}.properties", self.n(9))),
            1 => ("error", format!("mod_proxy child worker in error state {}", self.n(12))),
            2 => ("notice", format!("child {} found in scoreboard slot {}", self.n(30_000), self.n(64))),
            3 => (
                "error",
                format!("[client {}] Directory index forbidden by rule: /var/www/{}/", self.random.ipv4(), self.n(500)),
            ),
            4 => (
                "error",
                format!("[client {}] File does not exist: /var/www/media/{}.mpd", self.random.ipv4(), self.n(80_000)),
            ),
            _ => ("warn", format!("graceful restart requested, generation {}", self.n(200))),
        }
    }

    fn supercomputer(&mut self) -> (&'static str, String) {
        match self.n(9) {
            0 => ("INFO", "data cache parity error corrected".to_string()),
            1 => ("INFO", format!("{} double alignment exceptions", self.n(90_000))),
            2 => ("INFO", format!("CE sym {}, at 0x{:08x}, mask 0x{:02x}", self.n(40), self.n(1 << 32), self.n(256))),
            3 => ("INFO", format!("generating core.{}", self.n(20_000))),
            4 => ("FATAL", "storage interrupt".to_string()),
            5 => ("FATAL", format!("rts: kernel terminated for reason {}", self.n(1100))),
            6 => (
                "FATAL",
                format!(
                    "tree receiver {} in re-synch state event(s) (dcr 0x{:04x}) detected over {} seconds",
                    self.n(4),
                    self.n(1 << 16),
                    self.n(900)
                ),
            ),
            7 => (
                "ERROR",
                format!(
                    "failed to read message prefix on control stream (socket to {}:{})",
                    self.random.ipv4(),
                    self.n(65_536)
                ),
            ),
            _ => ("INFO", format!("iar {:08x} dear {:08x}", self.n(1 << 32), self.n(1 << 32))),
        }
    }

    fn block(&mut self) -> String {
        format!("blk_{}{}", self.random.of(&["", "-"]), self.n(1 << 62))
    }

    fn file_system(&mut self) -> (&'static str, String) {
        let (block, source, target) = (self.block(), self.random.ipv4(), self.random.ipv4());
        match self.n(8) {
            0 => (
                "dfs.Node$Receiver",
                format!("Receiving block {block} src: /{source}:{} dest: /{target}:50010", self.n(65_536)),
            ),
            1 => ("dfs.Node$Responder", format!("Responder {} for block {block} terminating", self.n(3))),
            2 => (
                "dfs.Names",
                format!(
                    "BLOCK* Names.addStored: map updated: {source}:50010 is added to {block} size {}",
                    self.n(1 << 26)
                ),
            ),
            3 => (
                "dfs.Names",
                format!(
                    "BLOCK* Names.allocate: /user/job/_temporary/_task_{}_m_{}_0/part-{:05}. {block}",
                    self.n(1 << 30),
                    self.n(4000),
                    self.n(100_000)
                ),
            ),
            4 => ("dfs.Node", format!("{source}:50010 Served block {block} to /{target}")),
            5 => ("dfs.Node$Receiver", format!("Received block {block} of size {} from /{source}", self.n(1 << 26))),
            6 => ("dfs.Set", format!("Deleting block {block} file /mnt/data/current/subdir{}/{block}", self.n(64))),
            _ => (
                "dfs.Names",
                format!("BLOCK* ask {source}:50010 to delete {}", vec![block; 1 + self.n(6) as usize].join(" ")),
            ),
        }
    }

    fn batch(&mut self) -> (&'static str, String) {
        let task = format!("attempt_{}_{:04}_m_{:06}_{}", self.n(1 << 40), self.n(90), self.n(100), self.n(3));
        match self.n(9) {
            0 => (
                "INFO",
                format!(
                    "batch.task.Attempt: {task} TaskAttempt Transitioned from {}",
                    self.random.of(&["NEW to UNASSIGNED", "UNASSIGNED to ASSIGNED", "ASSIGNED to RUNNING"])
                ),
            ),
            1 => (
                "INFO",
                format!("batch.app.Listener: Progress of TaskAttempt {task} is : 0.{:08}", self.n(100_000_000)),
            ),
            2 => ("ERROR", format!("batch.rm.Allocator: ERROR IN CONTACTING RM. retry {}", self.n(50))),
            3 => (
                "WARN",
                format!(
                    "ipc.Client: Address change detected. Old: node-{}.example/{}:8020 New: node-{}.example:8020",
                    self.n(40),
                    self.random.ipv4(),
                    self.n(40)
                ),
            ),
            4 => (
                "INFO",
                format!(
                    "batch.rm.Requestor: getResources() for application_{}_{:04}: ask={} release= {} newContainers={} finishedContainers={}",
                    self.n(1 << 40),
                    self.n(90),
                    self.n(9),
                    self.n(9),
                    self.n(9),
                    self.n(9)
                ),
            ),
            5 => (
                "WARN",
                format!(
                    "hdfs.Renewer: Failed to renew lease for [client_{}_{}] for {} seconds.  Will retry shortly ...",
                    self.n(1 << 31),
                    self.n(20),
                    self.n(600)
                ),
            ),
            6 => (
                "INFO",
                format!(
                    "batch.Manager: After Scheduling: PendingReds:{} ScheduledMaps:{} AssignedMaps:{} CompletedMaps:{}",
                    self.n(9),
                    self.n(9),
                    self.n(9),
                    self.n(9)
                ),
            ),
            7 => (
                "INFO",
                format!(
                    "ipc.Client: Retrying connect to server: 0.0.0.0/0.0.0.0:8030. Already tried {} time(s); maxRetries={}",
                    self.n(45),
                    45
                ),
            ),
            _ => ("INFO", format!("batch.Shuffle: merged {} segments, {} bytes to disk", self.n(200), self.n(1 << 34))),
        }
    }

    fn server(&mut self) -> String {
        let user = self.random.of(USERS);
        match self.n(8) {
            0 => format!(
                "authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost={}  user={user}",
                self.random.ipv4()
            ),
            1 => "check pass; user unknown".to_string(),
            2 => format!("session opened for user {user} by (uid={})", self.n(2000)),
            3 => format!("session closed for user {user}"),
            4 => format!(
                "connection from {} () at Sun Nov {:2} {:02}:{:02}:{:02} 2026",
                self.random.ipv4(),
                1 + self.n(30),
                self.n(24),
                self.n(60),
                self.n(60)
            ),
            5 => format!("Failed password for {user} from {} port {} ssh2", self.random.ipv4(), self.n(65_536)),
            6 => format!(
                "Memory: {}k/{}k available ({}k kernel code, {}k reserved)",
                self.n(130_000),
                self.n(140_000),
                self.n(2000),
                self.n(3000)
            ),
            _ => format!("pam: refused, {} attempts left of {}", self.n(5), 5),
        }
    }

    fn proxy(&mut self) -> String {
        let (program, domain) = (self.random.of(PROGRAMS), self.random.of(DOMAINS));
        let sent = self.n(4_000_000);
        match self.n(4) {
            0 => format!("{program} - {domain}:443 open through proxy gate.example:5070 HTTPS"),
            1 => format!("{program} *64 - {domain}:{} open through proxy gate.example:5070 SOCKS5", self.n(65_536)),
            2 => format!(
                "{program} - {domain}:443 close, {sent} bytes ({}.{:02} KB) sent, {} bytes received, lifetime {:02}:{:02}",
                sent / 1024,
                self.n(100),
                self.n(1000),
                self.n(60),
                self.n(60)
            ),
            _ => format!(
                "{program} - {domain}:443 error : Could not connect through proxy gate.example:5070 - connection failed with error {}",
                self.n(10_100)
            ),
        }
    }

    fn coordination(&mut self) -> (&'static str, String) {
        match self.n(7) {
            0 => (
                "INFO  [Peer[id=1]/0:0:0:0:0:0:0:0:2181:Election@774]",
                format!("Notification time out: {}", self.n(60_000)),
            ),
            1 => (
                "INFO  [Accept:0.0.0.0/0.0.0.0:2181:Factory@197]",
                format!("Accepted socket connection from /{}:{}", self.random.ipv4(), self.n(65_536)),
            ),
            2 => ("WARN  [Worker:188978561024:Manager$Worker@688]", "Send worker leaving thread".to_string()),
            3 => (
                "INFO  [Commit:1:Server@595]",
                format!(
                    "Established session 0x{:x} with negotiated timeout {} for client /{}:{}",
                    self.n(1 << 60),
                    self.n(20_000),
                    self.random.ipv4(),
                    self.n(65_536)
                ),
            ),
            4 => (
                "INFO  [Prep:-1:Processor@476]",
                format!("Processed session termination for sessionid: 0x{:x}", self.n(1 << 60)),
            ),
            5 => (
                "INFO  [Session:Tracker@325]",
                format!("Expiring session 0x{:x}, timeout of {}ms exceeded", self.n(1 << 60), self.n(20_000)),
            ),
            _ => ("WARN  [Accept:0.0.0.0/0.0.0.0:2181:Connection@349]", "caught end of stream exception".to_string()),
        }
    }
}

impl Rows for LogMix {
    fn row(&mut self, out: &mut Vec<u8>) {
        self.time += self.random.below(30);
        let at = clock::parts(self.time);
        let clock = format!("{:02}:{:02}:{:02}", at.hour, at.minute, at.second);
        let month = MONTHS[at.month as usize - 1];
        let kind = self.line % 8;
        self.line += 1;
        let _ = match kind {
            0 => {
                let (tag, message) = self.phone();
                let (process, thread) = (1000 + self.n(9000), 1000 + self.n(9000));
                let level = self.random.of(&["D", "I", "V", "W"]);
                writeln!(
                    out,
                    "{:02}-{:02} {clock}.{:03} {process:5} {thread:5} {level} {tag}: {message}",
                    at.month, at.day, at.millisecond
                )
            }
            1 => {
                let (level, message) = self.web_server();
                writeln!(out, "[Sun {month} {:02} {clock} {}] [{level}] {message}", at.day, at.year)
            }
            2 => {
                let (level, message) = self.supercomputer();
                let node = format!(
                    "R{:02}-M{}-N{}-C:J{:02}-U{:02}",
                    self.n(64),
                    self.n(2),
                    self.n(16),
                    self.n(18),
                    self.n(12)
                );
                let (year, month, day) = (at.year, at.month, at.day);
                let stamp = format!("{year}-{month:02}-{day:02}-{}.{:03}000", clock.replace(':', "."), at.millisecond);
                writeln!(
                    out,
                    "- {} {year}.{month:02}.{day:02} {node} {stamp} {node} RAS KERNEL {level} {message}",
                    self.time / 1000
                )
            }
            3 => {
                let (class, message) = self.file_system();
                let thread = self.n(4000);
                writeln!(
                    out,
                    "{:02}{:02}{:02} {} {thread} INFO {class}: {message}",
                    at.year % 100,
                    at.month,
                    at.day,
                    clock.replace(':', "")
                )
            }
            4 => {
                let (level, message) = self.batch();
                let thread = self.n(90);
                writeln!(
                    out,
                    "{}-{:02}-{:02} {clock},{:03} {level} [Thread #{thread}] org.example.{message}",
                    at.year, at.month, at.day, at.millisecond
                )
            }
            5 => {
                let (daemon, process, message) = (self.random.of(DAEMONS), self.n(32_000), self.server());
                writeln!(out, "{month} {:2} {clock} edge7 {daemon}[{process}]: {message}", at.day)
            }
            6 => {
                let message = self.proxy();
                writeln!(out, "[{:02}.{:02} {clock}] {message}", at.month, at.day)
            }
            _ => {
                let (head, message) = self.coordination();
                writeln!(
                    out,
                    "{}-{:02}-{:02} {clock},{:03} - {head} - {message}",
                    at.year, at.month, at.day, at.millisecond
                )
            }
        };
    }
}
