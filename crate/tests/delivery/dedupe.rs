//! Whatever is done, an id is taken once within its window, and that of a message that is held is never forgotten.

use std::sync::Arc;

use busbar::delivery::{Circumstances, DedupeWindow, Deliveries, Key, Moment, Peer, Scope};
use busbar::hop::{Frame, Kind};
use busbar::router::{Plan, Role};
use proptest::prelude::*;

use super::draft::Draft;

const ENDPOINTS: [u32; 2] = [10, 11];
const ATTACHMENTS: [u32; 2] = [1, 2];
const WINDOW: DedupeWindow = DedupeWindow { window_ms: 100.0, size: 3 };

#[derive(Debug, Clone)]
enum Step {
    Claim { attachment: usize, endpoint: usize, id: u8, send: bool },
    Send { attachment: usize, endpoint: usize },
    Unclaim { attachment: usize, endpoint: usize, id: u8 },
    Settle(prop::sample::Index),
    Rejoin(usize),
    Advance(f64),
}

fn step() -> impl Strategy<Value = Step> {
    let place = || (0..ATTACHMENTS.len(), 0..ENDPOINTS.len());
    prop_oneof![
        8 => (place(), 0..6_u8, any::<bool>())
            .prop_map(|((attachment, endpoint), id, send)| Step::Claim { attachment, endpoint, id, send }),
        2 => place().prop_map(|(attachment, endpoint)| Step::Send { attachment, endpoint }),
        1 => (place(), 0..6_u8).prop_map(|((attachment, endpoint), id)| Step::Unclaim { attachment, endpoint, id }),
        5 => any::<prop::sample::Index>().prop_map(Step::Settle),
        1 => (0..ATTACHMENTS.len()).prop_map(Step::Rejoin),
        3 => prop::sample::select(vec![0.0, 30.0, 70.0, 101.0]).prop_map(Step::Advance),
    ]
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    /// By an attachment, for an endpoint.
    Untied(u32, u32),
    Tied(Key),
    Processed,
}

/// An id in the window; the oldest come first.
#[derive(Debug, Clone, Copy)]
struct Taken {
    id: u8,
    at_ms: f64,
    state: State,
}

#[derive(Default)]
struct Both {
    deliveries: Deliveries,
    taken: Vec<Taken>,
    sent: Vec<Key>,
    now_ms: f64,
}

impl Both {
    fn new() -> Self {
        let mut both = Self::default();
        for (attachment, endpoint) in ATTACHMENTS.into_iter().zip(ENDPOINTS) {
            both.deliveries.join(attachment);
            let peer = Peer {
                endpoint,
                attachment,
                role: Role::Handler,
                scope: Scope::Process,
                pattern: "glob n".into(),
            };
            both.deliveries.list(peer, Some(WINDOW));
        }
        both
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Claim { attachment, endpoint, id, send } => {
                let (attachment, endpoint) = (ATTACHMENTS[attachment], ENDPOINTS[endpoint]);
                let expected = self.take(attachment, endpoint, id);
                let first = self.deliveries.claim(attachment, endpoint, &id.to_string(), self.now_ms);
                assert_eq!(first, expected, "{id} in {:?}", self.taken);
                if first && send {
                    self.send(attachment, endpoint);
                }
            }
            Step::Send { attachment, endpoint } => self.send(ATTACHMENTS[attachment], ENDPOINTS[endpoint]),
            Step::Unclaim { attachment, endpoint, id } => {
                let (attachment, endpoint) = (ATTACHMENTS[attachment], ENDPOINTS[endpoint]);
                self.deliveries.unclaim(attachment, endpoint, &id.to_string());
                self.taken
                    .retain(|taken| taken.id != id || taken.state != State::Untied(attachment, endpoint));
            }
            Step::Settle(index) if !self.sent.is_empty() => {
                let key = self.sent.swap_remove(index.index(self.sent.len()));
                self.deliveries.settle(key);
                for taken in self.taken.iter_mut().filter(|taken| taken.state == State::Tied(key)) {
                    taken.state = State::Processed;
                }
            }
            Step::Settle(_) => {}
            Step::Rejoin(attachment) => self.rejoin(ATTACHMENTS[attachment]),
            Step::Advance(ms) => {
                self.now_ms += ms;
                assert!(self.deliveries.lapse(self.now_ms).is_empty());
            }
        }
    }

    /// The plainest window: a list that is looked through.
    fn take(&mut self, attachment: u32, endpoint: u32, id: u8) -> bool {
        let now_ms = self.now_ms;
        self.taken
            .retain(|taken| taken.state != State::Processed || now_ms - taken.at_ms <= WINDOW.window_ms);
        if self.taken.iter().any(|taken| taken.id == id) {
            return false;
        }
        self.taken.push(Taken { id, at_ms: now_ms, state: State::Untied(attachment, endpoint) });
        while self.taken.len() > WINDOW.size {
            let Some(oldest) = self.taken.iter().position(|taken| taken.state == State::Processed) else {
                break;
            };
            self.taken.remove(oldest);
        }
        true
    }

    /// To its own thread, which has it in hand until it is settled.
    fn send(&mut self, sender: u32, endpoint: u32) {
        let number = self.sent.iter().map(|key| key.number).max().unwrap_or_default() + 1;
        let key = Key { sender, number };
        let draft = Draft::event(sender, &[], b"").of_kind(Kind::Notification);
        let bytes = Draft { topic: "n".into(), endpoint, delivery: number, ..draft }.bytes();
        let nobody = |_: &str| Arc::new(Plan::default());
        let around = Circumstances { now_ms: self.now_ms, plan_of: &nobody };
        assert!(self.deliveries.accept(&Frame::read(&bytes, 0).unwrap(), around).is_empty());
        self.sent.push(key);
        let untied = State::Untied(sender, endpoint);
        if let Some(taken) = self.taken.iter_mut().find(|taken| taken.state == untied) {
            taken.state = State::Tied(key);
        }
    }

    /// What it has in hand waits; what it never handed over is given back.
    fn rejoin(&mut self, attachment: u32) {
        let nobody = |_: &str| Arc::new(Plan::default());
        let around = Circumstances { now_ms: self.now_ms, plan_of: &nobody };
        for key in self.sent.iter().filter(|key| key.sender == attachment) {
            self.deliveries.settle(*key);
            for taken in self.taken.iter_mut().filter(|taken| taken.state == State::Tied(*key)) {
                taken.state = State::Processed;
            }
        }
        self.sent.retain(|key| key.sender != attachment);
        assert!(self.deliveries.leave(attachment, around).is_empty());
        self.deliveries.join(attachment);
        self.taken.retain(|taken| !matches!(taken.state, State::Untied(owner, _) if owner == attachment));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn an_id_is_taken_once_within_its_window(steps in prop::collection::vec(step(), 1..80)) {
        let mut both = Both::new();
        for step in &steps {
            both.step(step);
        }
    }
}

#[test]
fn a_window_without_endpoints_is_forgotten_when_its_time_is_over_and_no_id_is_held() {
    let mut deliveries = Deliveries::default();
    deliveries.join(1);
    let list = |deliveries: &mut Deliveries, endpoint: u32, pattern: &str| {
        let peer = Peer {
            endpoint,
            attachment: 1,
            role: Role::Handler,
            scope: Scope::Process,
            pattern: pattern.into(),
        };
        deliveries.list(peer, Some(WINDOW));
    };
    for endpoint in 0..50_000 {
        list(&mut deliveries, endpoint, &format!("glob n.{endpoint}"));
        deliveries.unlist(endpoint, 0.0);
    }
    list(&mut deliveries, 60_000, "glob held");
    assert!(deliveries.claim(1, 60_000, "id", 0.0));
    deliveries.unlist(60_000, 0.0);
    assert_eq!(deliveries.next_due().map(Moment::ms), Some(100.0));
    assert!(deliveries.lapse(100.0).is_empty());
    // The one that has an id looks again.
    assert_eq!(deliveries.next_due().map(Moment::ms), Some(200.0));
    deliveries.unclaim(1, 60_000, "id");
    assert!(deliveries.lapse(250.0).is_empty());
    assert_eq!(deliveries.next_due(), None);
}
