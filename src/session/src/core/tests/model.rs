//! Random lives of a session against a simple model of what must hold.

use std::vec;

use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Operation {
    Open { steal: bool },
    Lose,
    Start { input: bool },
    Write,
    End,
    Signal,
    ClosePipeline,
    CloseSession,
    Receive,
    Pass { seconds: u64 },
    Freeze,
    EngineDies,
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        3 => any::<bool>().prop_map(|steal| Operation::Open { steal }),
        2 => Just(Operation::Lose),
        4 => any::<bool>().prop_map(|input| Operation::Start { input }),
        6 => Just(Operation::Write),
        2 => Just(Operation::End),
        1 => Just(Operation::Signal),
        3 => Just(Operation::ClosePipeline),
        1 => Just(Operation::CloseSession),
        3 => Just(Operation::Receive),
        2 => (1_u64..400).prop_map(|seconds| Operation::Pass { seconds }),
        1 => Just(Operation::Freeze),
        1 => Just(Operation::EngineDies),
    ]
}

/// What is known of one pipeline of the engine.
#[derive(Default)]
struct Written {
    count: usize,
    ended: bool,
}

struct Life {
    world: World,
    /// The link that was opened last.
    current: Option<u64>,
    /// PIDs of the current client that are not closed.
    open: Vec<(u64, Uuid)>,
    engine: BTreeMap<Uuid, Written>,
}

impl Life {
    fn apply(&mut self, operation: &Operation) {
        match operation {
            Operation::Open { steal } => {
                let mode = if *steal { "steal" } else { "auto" };
                let id = self.world.open_with(options(&[("PSRP_SESSION", "work"), ("PSRP_ATTACH", mode)]), console());
                self.current = Some(id);
            }
            Operation::Lose => {
                if let Some(id) = self.current.take() {
                    self.world.lose(id);
                }
            }
            Operation::Start { input } => {
                let create = if *input { script_with_input("x") } else { script("x") };
                self.create(create);
            }
            Operation::Receive => self.create(commands(&[("Receive-PsrpCommand", &[])])),
            Operation::Write => {
                if let Some(pid) = self.world.engine.running.last().copied().filter(|_| !self.world.engine.paused) {
                    let written = self.engine.entry(pid).or_default();
                    written.count += 1;
                    let text = std::format!("{}", written.count);
                    self.world.engine_writes(pid, &text);
                }
            }
            Operation::End => {
                if let Some(pid) = self.world.engine.running.first().copied() {
                    self.engine.entry(pid).or_default().ended = true;
                    self.world.engine_ends(pid, Outcome::Completed);
                }
            }
            Operation::Signal => {
                if let Some((id, pid)) = self.usable() {
                    self.world.signal(id, pid);
                }
            }
            Operation::ClosePipeline => {
                if let Some((id, pid)) = self.usable() {
                    self.open.retain(|(_, open)| *open != pid);
                    self.world.close(id, Channel::Pipeline(pid));
                }
            }
            Operation::CloseSession => {
                if let Some(id) = self.current.take().filter(|id| self.world.client(*id).exit.is_none()) {
                    self.world.close(id, Channel::Session);
                }
            }
            Operation::Pass { seconds } => self.world.pass(Duration::from_secs(*seconds)),
            Operation::Freeze => {
                if let Some(id) = self.current {
                    let client = self.world.clients.get_mut(&id).unwrap();
                    client.reads = !client.reads;
                    self.world.run();
                }
            }
            Operation::EngineDies => {
                self.world.engine.running.clear();
                let exited = EngineEvent::Exited { how: "exited with 1".to_string(), stderr: String::new() };
                self.world.engine_says(exited);
            }
        }
    }

    fn create(&mut self, create: Bytes) {
        let Some(id) = self.current.filter(|id| self.world.client(*id).exit.is_none()) else { return };
        if !self.world.client(id).pool_states().starts_with(&[RunspacePoolState::Opened])
            || !self.world.client(id).reads
        {
            return;
        }
        let pid = self.world.create(id, create);
        self.open.push((id, pid));
    }

    fn usable(&self) -> Option<(u64, Uuid)> {
        let id = self.current?;
        let client = self.world.client(id);
        let usable = client.exit.is_none() && client.reads;
        self.open.iter().rev().find(|(owner, _)| *owner == id && usable).copied()
    }

    fn check(&self) {
        let core = &self.world.core;
        let attached = core.links.values().filter(|link| matches!(link.stage, link::LinkStage::Stock)).count();
        assert!(attached <= 1, "one client drives the session");
        assert_eq!(attached == 1, core.lease.is_some(), "and it is the one with the lease");
        for client in self.world.clients.values() {
            Self::check_client(client);
        }
        if core.has_ended() {
            assert!(core.links.is_empty() && core.pipelines.is_empty() && core.poll_timeout().is_none());
            return;
        }
        // What a running pipeline wrote is all there: in the log, or read to its end by somebody.
        for (pid, written) in &self.engine {
            let pipeline = core.pipelines.values().find(|pipeline| pipeline.engine_pid == *pid);
            if let Some(pipeline) = pipeline.filter(|_| !written.ended) {
                let held = usize::try_from(pipeline.log.end()).unwrap();
                assert!(held >= written.count, "{held} of {} messages", written.count);
            }
        }
    }

    fn check_client(client: &Client) {
        let mut ended = alloc::collections::BTreeSet::new();
        let mut last: BTreeMap<Uuid, usize> = BTreeMap::new();
        for message in &client.messages {
            if message.pid.is_nil() {
                continue;
            }
            assert!(!ended.contains(&message.pid), "nothing follows the final state");
            match message.kind {
                MessageKind::PipelineState => {
                    ended.insert(message.pid);
                }
                MessageKind::PipelineOutput => {
                    let value = psrp_clixml::parse(&message.payload).unwrap();
                    let number: usize = value.as_str().unwrap().parse().unwrap();
                    let before = last.insert(message.pid, number);
                    let next = before.map_or(1, |before| before + 1);
                    assert_eq!(number, next, "every object once, in order, from the first that is held");
                }
                _ => {}
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn a_session_keeps_its_promises(operations in prop::collection::vec(operation(), 1..60)) {
        let world = World::new(Some("work"));
        let mut life = Life { world, current: None, open: Vec::new(), engine: BTreeMap::new() };
        life.apply(&Operation::Open { steal: false });
        for operation in &operations {
            life.apply(operation);
            life.check();
        }
        // Left alone, every session ends.
        if let Some(id) = life.current {
            life.world.lose(id);
        }
        let others: Vec<u64> = life.world.clients.keys().copied().collect();
        for id in others {
            life.world.lose(id);
        }
        for _ in 0..4 {
            life.world.pass(Duration::from_secs(8_000));
        }
        prop_assert!(life.world.ended.is_some());
        life.check();
    }
}
